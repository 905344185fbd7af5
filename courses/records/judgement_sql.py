"""The SQL that judges facts: from what the records say of a cell (`states_sql`), or from what was kept of it, to its
state and the date that it shows.

`%(name)s` stands for a value or a `Piece`, as in `states_sql`. Nothing here depends on the engine.
"""

from __future__ import annotations

COLUMNS = "person_id, module_id, state, required, due_on, valid_until, exempt_until, shown_on, completion_id"

DONE = "c.completed_at, v.number, c.score"
BEHIND = """LEFT JOIN records_completion c ON c.id = cell.completion_id
    LEFT JOIN content_moduleversion v ON v.id = c.version_id"""
"""The completion behind each cell."""

# The order of CASE is the precedence: an exemption ends the question, a valid completion outranks an open attempt.
# A later date that was agreed holds off "overdue" while it is to come.
JUDGE = """
    SELECT facts.*, CASE WHEN due_on IS NULL THEN 0 ELSE 1 END AS required,
        CASE
            WHEN due_on IS NOT NULL AND exempt_until >= %(day)s THEN 'exempt'
            WHEN valid_until > %(soon)s THEN 'valid'
            WHEN valid_until >= %(day)s THEN 'expiring-soon'
            WHEN failed = 1 THEN 'failed-needs-help'
            WHEN due_on IS NOT NULL AND (due_on < %(day)s OR (
                valid_until IS NOT NULL AND (agreed_due IS NULL OR agreed_due < %(day)s))) THEN 'overdue'
            WHEN failed = 0 THEN 'in-progress'
            WHEN due_on IS NULL THEN 'not-required'
            WHEN due_on <= %(soon)s THEN 'due-soon-never-held'
            ELSE 'not-started'
        END AS state
    FROM facts"""
SHOW = """
    SELECT judged.*, CASE
        WHEN state IN ('valid', 'expiring-soon') THEN valid_until
        WHEN state = 'exempt' THEN exempt_until
        WHEN state = 'overdue' AND valid_until IS NOT NULL AND (valid_until > due_on OR due_on >= %(day)s)
            THEN valid_until
        ELSE due_on
    END AS shown_on
    FROM judged"""
JUDGED = f"judged AS ({JUDGE}), cells AS ({SHOW})"

KNOWN = "due_on IS NOT NULL OR valid_until IS NOT NULL OR failed IS NOT NULL OR exempt_until IS NOT NULL"
"""Which facts say anything; a cell without any is "not required"."""

_KEPT = """SELECT s.person_id, s.module_id, s.completion AS completion_id, s.failed, s.exempt_until, s.agreed_due,
        s.due_on, s.valid_until
    FROM records_standing s
    WHERE s.organisation_id = %(kept)s AND %(kept_modules)s"""
KEPT = """
team AS (%(team)s),
subjects AS (SELECT page_ptr_id AS id FROM content_modulepage WHERE %(subjects)s),
facts AS (
    SELECT team.id AS person_id, subjects.id AS module_id, s.completion AS completion_id, s.failed, s.exempt_until,
        s.agreed_due, s.due_on, s.valid_until
    FROM team CROSS JOIN subjects LEFT JOIN records_standing s
        ON s.person_id = team.id AND s.module_id = subjects.id AND s.organisation_id = %(kept)s
)"""
"""The same facts of a large organisation, as they were counted (`records.standing`)."""

# Put together from constants of this file alone, never from a value.
KEPT_SPARSE = f"team AS (%(team)s), facts AS ({_KEPT} AND s.person_id IN (SELECT id FROM team))"  # noqa: S608
"""The same without the cells of which nothing is known."""

# Without WITH, so that PostgreSQL may look into it from outside: a page of a filtered list goes through the people in
# the order of names and asks for each, instead of judging a million cells first.
KEPT_CELLS = "({}) cells".format(
    SHOW.replace("FROM judged", "FROM ({}) judged".format(JUDGE.replace("FROM facts", f"FROM ({_KEPT}) facts")))
)
