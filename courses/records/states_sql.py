"""The SQL behind `records.states`: common table expressions that end in `facts`, a row for each person and module;
`judgement_sql` judges them.

`%(name)s` stands for a value or a `Piece`; `statement` turns names into places and gives the values in their order. The
braces take constants of this file alone, never a value. Dialects differ in how they reckon with dates only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

DATES = {
    "sqlite": {
        "due": "COALESCE(r.due_on, date({joined}, '+' || r.days_after_joining || ' days'))",
        "grace": "date(MAX({joined}, COALESCE(r.applies_since, r.starts_on)), '+' || r.grace_days || ' days')",
        "later": "MAX",
        "sooner": "MIN",
        "day_of": "alongside_local_date({})",
        "months": "alongside_add_months(completed_on, refresh_months)",
        "ahead": "date(completed_on, '+60 days')",
        "month_day": "strftime('%%m%%d', {ahead})",
        "window": "date((CAST(strftime('%%Y', {ahead}) AS integer) + {years}) || '-' || substr(yearly, 5, 2) "
        "|| '-' || substr(yearly, 7, 2))",
    },
    "postgresql": {
        "due": "COALESCE(r.due_on, {joined} + r.days_after_joining)",
        "grace": "GREATEST({joined}, COALESCE(r.applies_since, r.starts_on)) + r.grace_days",
        "later": "GREATEST",
        "sooner": "LEAST",
        "day_of": "CAST({} AT TIME ZONE 'Europe/London' AS date)",
        "months": "CAST(completed_on + make_interval(months => refresh_months) AS date)",
        "ahead": "(completed_on + 60)",
        "month_day": "to_char({ahead}, 'MMDD')",
        "window": "make_date(CAST(EXTRACT(year FROM {ahead}) AS integer) + {years}, "
        "CAST(substr(yearly, 5, 2) AS integer), CAST(substr(yearly, 7, 2) AS integer))",
    },
}

JOINED = (
    "(CASE WHEN r.unit_id IS NULL THEN COALESCE(p.employed_on, p.joined_on, p.starts_on) "
    "ELSE COALESCE(p.joined_on, p.starts_on) END)"
)
"""Since when days after joining count: for a rule of the whole organisation since she came to it, for a rule of a unit
since she came to hers."""

YEARS = (
    "(CASE WHEN {month_day} < substr(yearly, 1, 4) THEN 0 ELSE 1 END) + "
    "(CASE WHEN substr(yearly, 5, 4) < substr(yearly, 1, 4) THEN 1 ELSE 0 END)"
)
"""How many years after the completion the next window of the year closes. It opens more than 60 days after the day of
completion (`ahead`): who is early by no more than a renewal may be has done it for the window that is to come. One that
runs over New Year closes a year after it opened."""

PUBLIC_ATTEMPTS = """AND NOT EXISTS (
        SELECT 1 FROM records_attempt a JOIN content_moduleversion av ON av.id = a.version_id
        WHERE a.enrolment_id = e.id AND av.private)"""

FAILED_NOW = "e.tries_used_up"
FAILED_THEN = """EXISTS (
        SELECT 1 FROM records_event x WHERE x.enrolment_id = e.id AND x.kind = 'tries-used-up' AND x.at < %(tomorrow)s
        AND NOT EXISTS (SELECT 1 FROM records_event y WHERE y.enrolment_id = e.id AND y.kind = 'extra-try'
            AND y.at >= x.at AND y.at < %(tomorrow)s))"""
"""Whether every try was used: today the summary row says it, of a past day the timeline does."""

UNFINISHED_NOW = "e.completed_at IS NULL"
UNFINISHED_THEN = "(e.completed_at IS NULL OR e.completed_at >= %(tomorrow)s)"
"""Whether what was begun is open: today an index has just those."""

# asked: the rules in force, a path's taken apart into its modules; or a draft, not set yet, instead of them all.
# posts: of the team, before it is asked what they are asked for: left alone, PostgreSQL guesses that few rules match
#   and joins them with every post of the organisation first, a million rows for a team of fifty.
# pieces: what is known of each cell, from each table on its own; one row a cell at least, because of the first part.
#   due: a rule sets a date for one of her posts; the earliest counts, two posts still make one cell. How long a
#     completion counts for the rule comes with it; the shortest counts.
#   held: her best completion or training accepted from elsewhere, unless its certificate was revoked (the timeline says
#     so; credentials are a layer above). A version taught anew since (a trainer's "new training") sets a last day.
#   failed: what she has begun and not finished, in her latest period (where two accounts of hers were made one, an
#     earlier one may have been left open); 1 when every try is used, whatever the due date says.
#   exempt: until when; leave exempts from everything.
#   agreed: a later date as a reasonable adjustment; the one agreed last counts.
# Which modules are meant is said of each table by their keys, and not by a join with subjects: only then an index of
# person and module is looked into for both, instead of reading all that anybody ever did with the module.
# They are put together by GROUP BY and not by joins: a planner without good statistics (an import just finished) would
# take nested loops over thousands of rows times thousands; grouping is one pass whatever it believes.
FACTS = """
team AS (%(team)s),
subjects AS (SELECT page_ptr_id AS id FROM content_modulepage WHERE %(subjects)s),
asked AS (
    SELECT r.id, r.module_id AS subject_id, r.organisation_id, r.unit_id, r.job_role_id, r.nation, r.named, r.due_on,
        r.days_after_joining, r.grace_days, r.applies_since, r.starts_on, r.refresh_months,
        NULLIF(r.window_from || r.window_to, '') AS yearly, ru.path AS unit_path
    FROM records_requirement r LEFT JOIN people_unit ru ON ru.id = r.unit_id
    WHERE r.module_id IS NOT NULL AND r.starts_on <= %(day)s AND (r.ends_on IS NULL OR r.ends_on >= %(day)s)
        AND %(organisations)s
    UNION ALL
    SELECT r.id, s.module_id, r.organisation_id, r.unit_id, r.job_role_id, r.nation, r.named, r.due_on,
        r.days_after_joining, r.grace_days, r.applies_since, r.starts_on, r.refresh_months,
        NULLIF(r.window_from || r.window_to, ''), ru.path
    FROM records_requirement r
    JOIN records_pathstep s ON s.path_id = r.path_id
        AND s.starts_on <= %(day)s AND (s.ends_on IS NULL OR s.ends_on >= %(day)s)
    LEFT JOIN people_unit ru ON ru.id = r.unit_id
    WHERE r.starts_on <= %(day)s AND (r.ends_on IS NULL OR r.ends_on >= %(day)s) AND %(organisations)s
    %(draft)s
),
posts AS MATERIALIZED (
    SELECT m.person_id, m.job_role_id, m.employed_on, m.joined_on, m.starts_on, u.organisation_id, u.path, u.nation
    FROM team
    JOIN people_membership m ON m.person_id = team.id AND m.role = 'learner'
        AND m.starts_on <= %(day)s AND (m.ends_on IS NULL OR m.ends_on >= %(day)s)
    JOIN people_unit u ON u.id = m.unit_id
),
retaught AS (
    SELECT old.id AS version_id, MIN(anew.holders_due_by) AS last_day
    FROM content_moduleversion anew
    JOIN content_moduleversion old ON old.module_id = anew.module_id AND old.number < anew.number
    JOIN subjects ON subjects.id = anew.module_id
    WHERE anew.change_kind = 'new-training' AND anew.holders_due_by IS NOT NULL AND anew.published_at < %(tomorrow)s
    GROUP BY old.id
),
pieces AS (
    SELECT team.id AS person_id, subjects.id AS module_id,
        CAST(NULL AS date) AS due_on, CAST(NULL AS integer) AS refresh_months, CAST(NULL AS text) AS yearly,
        CAST(NULL AS date) AS held_until, CAST(NULL AS date) AS completed_on, CAST(NULL AS bigint) AS completion_id,
        CAST(NULL AS integer) AS failed, CAST(NULL AS date) AS exempt_until, CAST(NULL AS date) AS agreed_due
    FROM team CROSS JOIN subjects
    UNION ALL
    SELECT p.person_id, r.subject_id, CASE WHEN r.grace_days = 0 THEN {due} ELSE {later}({due}, {grace}) END,
        r.refresh_months, r.yearly, NULL, NULL, NULL, NULL, NULL, NULL
    FROM posts p
    JOIN asked r ON r.organisation_id = p.organisation_id
    JOIN subjects ON subjects.id = r.subject_id
    WHERE (r.unit_id IS NULL OR p.path LIKE r.unit_path || '%%')
        AND (r.job_role_id IS NULL OR r.job_role_id = p.job_role_id)
        AND (r.nation = '' OR r.nation = p.nation)
        AND (NOT r.named OR EXISTS (
            SELECT 1 FROM records_requirementperson l WHERE l.requirement_id = r.id AND l.person_id = p.person_id))
    UNION ALL
    SELECT person_id, module_id, NULL, NULL, NULL, until, completed_on, id, NULL, NULL, NULL FROM (
        SELECT person_id, module_id, until, completed_on, id, ROW_NUMBER() OVER (
            PARTITION BY person_id, module_id ORDER BY until DESC, completed_on DESC, id DESC) AS place
        FROM (
            SELECT c.person_id, c.module_id, COALESCE(c.counts_from, {day_of_completion}) AS completed_on, c.id,
                {sooner}(COALESCE(c.valid_until, %(ever)s), COALESCE(retaught.last_day, %(ever)s)) AS until
            FROM team
            JOIN records_completion c ON c.person_id = team.id AND %(completed)s AND c.completed_at < %(tomorrow)s
            JOIN content_moduleversion v ON v.id = c.version_id {public}
            LEFT JOIN retaught ON retaught.version_id = v.id
            WHERE NOT EXISTS (
                SELECT 1 FROM records_event x
                WHERE x.enrolment_id = c.enrolment_id AND x.kind = 'revoked' AND x.at < %(tomorrow)s)
            UNION ALL
            SELECT t.person_id, t.module_id, t.completed_on, NULL, COALESCE(t.valid_until, %(ever)s)
            FROM team
            JOIN records_acceptedtraining t ON t.person_id = team.id AND %(accepted)s AND t.entered_at < %(tomorrow)s
                AND t.completed_on <= %(day)s AND %(accepting)s
            LEFT JOIN records_acceptedend te ON te.accepted_id = t.id
            WHERE te.ends_on IS NULL OR te.ends_on >= %(day)s
        ) everything
    ) ranked WHERE place = 1
    UNION ALL
    SELECT e.person_id, e.module_id, NULL, NULL, NULL, NULL, NULL, NULL, CASE WHEN {failed} THEN 1 ELSE 0 END,
        NULL, NULL
    FROM team
    JOIN records_enrolment e ON e.person_id = team.id AND %(begun)s AND e.started_at < %(tomorrow)s AND {unfinished}
    WHERE NOT EXISTS (
        SELECT 1 FROM records_enrolment later
        WHERE later.person_id = e.person_id AND later.module_id = e.module_id AND later.period > e.period
            AND later.started_at < %(tomorrow)s) {public_attempts}
    UNION ALL
    SELECT x.person_id, x.module_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        {sooner}(COALESCE(x.ends_on, %(ever)s), COALESCE(xe.ends_on, %(ever)s)), NULL
    FROM team
    JOIN records_exemption x ON x.person_id = team.id AND %(exempt)s
        AND x.starts_on <= %(day)s AND (x.ends_on IS NULL OR x.ends_on >= %(day)s)
    LEFT JOIN records_exemptionend xe ON xe.exemption_id = x.id
    WHERE xe.ends_on IS NULL OR xe.ends_on >= %(day)s
    UNION ALL
    SELECT w.person_id, subjects.id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, COALESCE(w.ends_on, %(ever)s), NULL
    FROM team
    JOIN people_absence w ON w.person_id = team.id
        AND w.starts_on <= %(day)s AND (w.ends_on IS NULL OR w.ends_on >= %(day)s) AND %(absent_from)s
    CROSS JOIN subjects
    UNION ALL
    SELECT person_id, module_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, due_on FROM (
        SELECT d.person_id, d.module_id, d.due_on, ROW_NUMBER() OVER (
            PARTITION BY d.person_id, d.module_id ORDER BY d.id DESC) AS place
        FROM team
        JOIN records_adjustment d ON d.person_id = team.id AND %(adjusted)s AND d.kind = 'later-date'
            AND d.agreed_on <= %(day)s AND %(agreed_with)s
    ) agreed WHERE place = 1
),
gathered AS (
    SELECT person_id, module_id, MIN(due_on) AS asked_on, MIN(refresh_months) AS refresh_months, MIN(yearly) AS yearly,
        MAX(held_until) AS held_until, MAX(completed_on) AS completed_on, MAX(completion_id) AS completion_id,
        MAX(failed) AS failed, MAX(exempt_until) AS exempt_until, MAX(agreed_due) AS agreed_due
    FROM pieces GROUP BY person_id, module_id
),
facts AS (
    SELECT person_id, module_id, completion_id, failed, exempt_until,
        CASE WHEN asked_on IS NOT NULL THEN agreed_due END AS agreed_due,
        CASE WHEN asked_on IS NULL THEN NULL ELSE COALESCE(agreed_due, asked_on) END AS due_on,
        CASE WHEN held_until IS NULL THEN NULL ELSE {sooner}(
            held_until, COALESCE({months}, %(ever)s), COALESCE({window}, %(ever)s)) END AS valid_until
    FROM gathered
)"""


def dates(vendor: str) -> dict[str, str]:
    """The pieces of SQL by which an engine reckons with dates, to be set into `FACTS`."""
    known = DATES[vendor]
    ahead = known["ahead"]
    years = YEARS.format(month_day=known["month_day"].format(ahead=ahead))
    return {
        "due": known["due"].format(joined=JOINED),
        "grace": known["grace"].format(joined=JOINED),
        "later": known["later"],
        "sooner": known["sooner"],
        "day_of_completion": known["day_of"].format("c.completed_at"),
        "months": known["months"],
        "window": known["window"].format(years=years, ahead=ahead),
    }


_NAMED = re.compile(r"%\((\w+)\)s")


def statement(sql: str, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """`sql` with a plain place for each name, and the values in the order of the places. A `Piece` is set in as it
    is, with its own."""
    params: list[Any] = []

    def place(match: re.Match[str]) -> str:
        value = values[match[1]]
        if isinstance(value, Piece):
            params.extend(value.params)
            return value.sql
        params.append(value)
        return "%s"

    return _NAMED.sub(place, sql), tuple(params)


class Piece:
    """SQL with the values of its places, to be set into a statement."""

    def __init__(self, sql: str, params: tuple[Any, ...] = ()) -> None:
        self.sql, self.params = sql, params


NOTHING = Piece("")
