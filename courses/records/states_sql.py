"""The SQL behind `records.states`: one common table expression, `cells`, with a row for each person and module.

Values are parameters, in the order in which `States._head` gives them. The braces take constants and what Django
compiled, never a value.
"""

from __future__ import annotations

COLUMNS = "person_id, module_id, state, required, due_on, valid_until, exempt_until, shown_on, completion_id"

DUE_AFTER_JOINING = {
    "sqlite": "date(m.starts_on, '+' || r.days_after_joining || ' days')",
    "postgresql": "m.starts_on + r.days_after_joining",
}

PUBLIC_ATTEMPTS = """AND NOT EXISTS (
        SELECT 1 FROM records_attempt a JOIN content_moduleversion av ON av.id = a.version_id
        WHERE a.enrolment_id = e.id AND av.private)"""

# pieces: what is known of each cell, from each table on its own; one row a cell at least, because of the first part.
#   due: a requirement in force sets a date for one of her posts; the earliest counts, two posts still make one cell.
#   held: her best completion, unless its certificate was revoked (the timeline says so; credentials are a layer above).
#   failed: what she has begun and not finished; 1 when every try is used, whatever the due date says.
#   exempt: until when.
# They are put together by GROUP BY and not by joins: a planner without good statistics (an import just finished) would
# take nested loops over thousands of rows times thousands; grouping is one pass whatever it believes.
# The order of CASE is the precedence: an exemption ends the question, a valid completion outranks an open attempt.
CELLS = """
WITH team AS ({team}),
subjects AS (SELECT page_ptr_id AS id FROM content_modulepage WHERE {subjects}),
pieces AS (
    SELECT team.id AS person_id, subjects.id AS module_id,
        CAST(NULL AS date) AS due_on, CAST(NULL AS date) AS valid_until, CAST(NULL AS bigint) AS completion_id,
        CAST(NULL AS integer) AS failed, CAST(NULL AS date) AS exempt_until
    FROM team CROSS JOIN subjects
    UNION ALL
    SELECT m.person_id, r.module_id, COALESCE(r.due_on, {due}), NULL, NULL, NULL, NULL
    FROM team
    JOIN people_membership m ON m.person_id = team.id AND m.role = 'learner'
        AND m.starts_on <= %s AND (m.ends_on IS NULL OR m.ends_on >= %s)
    JOIN people_unit u ON u.id = m.unit_id
    JOIN records_requirement r ON r.organisation_id = u.organisation_id
        AND r.starts_on <= %s AND (r.ends_on IS NULL OR r.ends_on >= %s) AND {organisations}
    JOIN subjects ON subjects.id = r.module_id
    LEFT JOIN people_unit ru ON ru.id = r.unit_id
    WHERE r.unit_id IS NULL OR u.path LIKE ru.path || '%%'
    UNION ALL
    SELECT person_id, module_id, NULL, valid_until, id, NULL, NULL FROM (
        SELECT c.person_id, c.module_id, COALESCE(c.valid_until, %s) AS valid_until, c.id, ROW_NUMBER() OVER (
            PARTITION BY c.person_id, c.module_id
            ORDER BY COALESCE(c.valid_until, %s) DESC, c.completed_at DESC, c.id DESC
        ) AS place
        FROM team
        JOIN records_completion c ON c.person_id = team.id AND c.completed_at < %s
        JOIN subjects ON subjects.id = c.module_id
        JOIN content_moduleversion v ON v.id = c.version_id {public}
        WHERE NOT EXISTS (
            SELECT 1 FROM records_event x WHERE x.enrolment_id = c.enrolment_id AND x.kind = 'revoked' AND x.at < %s)
    ) ranked WHERE place = 1
    UNION ALL
    SELECT e.person_id, e.module_id, NULL, NULL, NULL, CASE WHEN e.tries_used_up THEN 1 ELSE 0 END, NULL
    FROM team
    JOIN records_enrolment e ON e.person_id = team.id AND e.completed_at IS NULL AND e.started_at < %s
    JOIN subjects ON subjects.id = e.module_id
    WHERE 1 = 1 {public_attempts}
    UNION ALL
    SELECT x.person_id, x.module_id, NULL, NULL, NULL, NULL, COALESCE(x.ends_on, %s)
    FROM team
    JOIN records_exemption x ON x.person_id = team.id AND x.starts_on <= %s AND (x.ends_on IS NULL OR x.ends_on >= %s)
    JOIN subjects ON subjects.id = x.module_id
),
facts AS (
    SELECT person_id, module_id, MIN(due_on) AS due_on, MAX(valid_until) AS valid_until,
        MAX(completion_id) AS completion_id, MAX(failed) AS failed, MAX(exempt_until) AS exempt_until
    FROM pieces GROUP BY person_id, module_id
),
judged AS (
    SELECT facts.*, CASE WHEN due_on IS NULL THEN 0 ELSE 1 END AS required,
        CASE
            WHEN due_on IS NOT NULL AND exempt_until IS NOT NULL THEN 'exempt'
            WHEN valid_until > %s THEN 'valid'
            WHEN valid_until >= %s THEN 'expiring-soon'
            WHEN failed = 1 THEN 'failed-needs-help'
            WHEN due_on IS NOT NULL AND (due_on < %s OR completion_id IS NOT NULL) THEN 'overdue'
            WHEN failed = 0 THEN 'in-progress'
            WHEN due_on IS NULL THEN 'not-required'
            WHEN due_on <= %s THEN 'due-soon-never-held'
            ELSE 'not-started'
        END AS state
    FROM facts
),
cells AS (
    SELECT judged.*, CASE
        WHEN state IN ('valid', 'expiring-soon') THEN valid_until
        WHEN state = 'exempt' THEN exempt_until
        WHEN state = 'overdue' AND valid_until IS NOT NULL AND (valid_until > due_on OR due_on >= %s) THEN valid_until
        ELSE due_on
    END AS shown_on
    FROM judged
)"""
