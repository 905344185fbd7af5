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

# need: the earliest due date that a requirement in force sets for one of her posts; two posts still make one cell.
# held: her best completion, unless its certificate was revoked (the timeline says so; credentials are a layer above).
# open: what she has begun and not finished; tries used up need somebody's help whatever the due date says.
# The order of CASE is the precedence: an exemption ends the question, a valid completion outranks an open attempt.
CELLS = """
WITH team AS ({team}),
subjects AS (SELECT page_ptr_id AS id FROM content_modulepage WHERE {subjects}),
need AS (
    SELECT m.person_id, r.module_id, MIN(COALESCE(r.due_on, {due})) AS due_on
    FROM team
    JOIN people_membership m ON m.person_id = team.id AND m.role = 'learner'
        AND m.starts_on <= %s AND (m.ends_on IS NULL OR m.ends_on >= %s)
    JOIN people_unit u ON u.id = m.unit_id
    JOIN records_requirement r ON r.organisation_id = u.organisation_id
        AND r.starts_on <= %s AND (r.ends_on IS NULL OR r.ends_on >= %s) AND {organisations}
    JOIN subjects ON subjects.id = r.module_id
    LEFT JOIN people_unit ru ON ru.id = r.unit_id
    WHERE r.unit_id IS NULL OR u.path LIKE ru.path || '%%'
    GROUP BY m.person_id, r.module_id
),
held AS (
    SELECT person_id, module_id, valid_until, id FROM (
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
),
begun AS (
    SELECT e.person_id, e.module_id, MAX(CASE WHEN e.tries_used_up THEN 1 ELSE 0 END) AS failed
    FROM team
    JOIN records_enrolment e ON e.person_id = team.id AND e.completed_at IS NULL AND e.started_at < %s
    JOIN subjects ON subjects.id = e.module_id
    WHERE 1 = 1 {public_attempts}
    GROUP BY e.person_id, e.module_id
),
exempt AS (
    SELECT x.person_id, x.module_id, MAX(COALESCE(x.ends_on, %s)) AS ends_on
    FROM team
    JOIN records_exemption x ON x.person_id = team.id AND x.starts_on <= %s AND (x.ends_on IS NULL OR x.ends_on >= %s)
    JOIN subjects ON subjects.id = x.module_id
    GROUP BY x.person_id, x.module_id
),
facts AS (
    SELECT team.id AS person_id, subjects.id AS module_id,
        CASE WHEN need.due_on IS NULL THEN 0 ELSE 1 END AS required,
        need.due_on, held.valid_until, exempt.ends_on AS exempt_until, held.id AS completion_id,
        CASE
            WHEN need.due_on IS NOT NULL AND exempt.ends_on IS NOT NULL THEN 'exempt'
            WHEN held.valid_until > %s THEN 'valid'
            WHEN held.valid_until >= %s THEN 'expiring-soon'
            WHEN begun.failed = 1 THEN 'failed-needs-help'
            WHEN need.due_on IS NOT NULL AND (need.due_on < %s OR held.id IS NOT NULL) THEN 'overdue'
            WHEN begun.failed = 0 THEN 'in-progress'
            WHEN need.due_on IS NULL THEN 'not-required'
            WHEN need.due_on <= %s THEN 'due-soon-never-held'
            ELSE 'not-started'
        END AS state
    FROM team CROSS JOIN subjects
    LEFT JOIN need ON need.person_id = team.id AND need.module_id = subjects.id
    LEFT JOIN held ON held.person_id = team.id AND held.module_id = subjects.id
    LEFT JOIN begun ON begun.person_id = team.id AND begun.module_id = subjects.id
    LEFT JOIN exempt ON exempt.person_id = team.id AND exempt.module_id = subjects.id
),
cells AS (
    SELECT facts.*, CASE
        WHEN state IN ('valid', 'expiring-soon') THEN valid_until
        WHEN state = 'exempt' THEN exempt_until
        WHEN state = 'overdue' AND valid_until IS NOT NULL AND (valid_until > due_on OR due_on >= %s) THEN valid_until
        ELSE due_on
    END AS shown_on
    FROM facts
)"""
