"""The whole scoring as a good SQL programmer would write it: DuckDB alone, its views are the files of the folder.

It stands beside the package for comparison only, as the pandas version does, with which it shares what comes after
the means of the units: points, places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from . import pandas_items as items
from .needed import NEEDED
from .pandas_version import COUNTING, Result, result_of

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

MACROS = """
CREATE MACRO days(post_start, post_end, first, last) AS
    least(post_end, last::DATE) - greatest(post_start, first::DATE) + 1;
-- least(NULL, 1) is 1 in DuckDB
CREATE MACRO at_most_one(share) AS CASE WHEN share > 1 THEN 1 ELSE share END;
CREATE MACRO weighted(share, weight) AS sum(share * weight) / sum(weight) FILTER (share IS NOT NULL);
"""
ROSTER = """
CREATE TEMP TABLE roster AS
WITH reached AS (
    SELECT cadre_id, count(*) AS contacted, count(*) FILTER (mobile_login) AS logged_in
    FROM youths WHERE registered_on IS NULL OR registered_on <= getvariable('day') GROUP BY cadre_id
), posts AS (
    SELECT * REPLACE (
        coalesce(post_start, DATE '1900-01-01') AS post_start, coalesce(post_end, DATE '2200-01-01') AS post_end
    ) FROM cadres
)
SELECT posts.*, coalesce(contacted, 0) AS contacted, coalesce(logged_in, 0) AS logged_in,
    CASE WHEN in_organ OR cadre_type = 'full_time' THEN 2 ELSE 1 END AS weight,
    CASE WHEN cadre_type = 'part_time' AND NOT in_organ THEN 10 ELSE 100 END AS required,
    days(post_start, post_end, '2017-04-01', '2017-12-31') >= 15 AS considered
FROM posts LEFT JOIN reached USING (cadre_id)
"""
FOUND = """
CREATE TEMP TABLE found AS
WITH latest AS (
    SELECT log_id, arg_max(outcome, (checked_on, check_id)) AS outcome FROM spot_checks
    WHERE log_id IS NOT NULL AND checked_on <= getvariable('day') AND outcome <> 'unreached' GROUP BY log_id
)
SELECT log_id, cadre_id, unit, outcome
FROM logs JOIN latest USING (log_id) JOIN roster USING (cadre_id)
WHERE date BETWEEN '2017-04-01' AND '2018-03-02'
"""
FILED = f"""
CREATE TEMP TABLE filed AS
WITH normal AS (  -- the engine has no NFKC: of these texts it changes marks alone, which go anyway
    SELECT * EXCLUDE (text), regexp_replace(lower(text), '[^\\p{{L}}\\p{{N}}]+', '', 'g') AS normal FROM logs
), hashed AS (
    SELECT * EXCLUDE (normal), hash(normal) AS text_hash, length(normal) AS text_length FROM normal
), first_of_text AS (
    SELECT log_id, cadre_id, date, kind, channel, participants, text_length
    FROM hashed JOIN roster USING (cadre_id)
    WHERE date BETWEEN '2017-04-01' AND '2018-03-02' AND date BETWEEN post_start AND post_end
    QUALIFY row_number() OVER (PARTITION BY cadre_id, text_hash ORDER BY date, log_id) = 1
)
SELECT cadre_id, date_trunc('month', date)::DATE AS month, month < '2018-01-01' AS in_plan,
    count(*) FILTER (kind IN {tuple(COUNTING)}) AS counted, sum(participants) AS participants,
    coalesce(bool_or(channel = 'mobile'), false) AS mobile,
    bool_or(kind = 'congress_talk' AND date BETWEEN '2017-10-18' AND '2017-12-31') AS congress_talk,
    bool_or(kind = 'service_month' AND date BETWEEN '2018-01-01' AND '2018-03-02') AS service_month
FROM first_of_text
WHERE text_length >= 10 AND log_id NOT IN (SELECT log_id FROM found WHERE outcome = 'false')
GROUP BY cadre_id, month
"""
PEOPLE = """
CREATE TEMP TABLE people AS
WITH steps(cadre_type, first, step) AS (
    VALUES ('full_time', DATE '2017-03-01', 2), ('seconded', DATE '2017-03-01', 2),
        ('part_time', DATE '2017-04-01', 3)
), spans AS (
    SELECT cadre_type, unnest(range(first, DATE '2018-01-01', to_months(step)))::DATE AS start,
        (start + to_months(step))::DATE - 1 AS stop, stop - start + 1 AS nominal
    FROM steps
), periods AS (
    SELECT cadre_id, start, stop, nominal, days(post_start, post_end, greatest(start, '2017-04-01'), stop) AS days
    FROM roster JOIN spans USING (cadre_type) WHERE days >= 15
), acts AS (
    SELECT periods.cadre_id, greatest(5 * days // nominal, 1) AS owed, coalesce(sum(counted), 0) AS counted
    FROM periods LEFT JOIN filed ON filed.cadre_id = periods.cadre_id AND month BETWEEN start AND stop
    GROUP BY periods.cadre_id, start, days, nominal
), by_period AS (
    SELECT cadre_id, count(*) AS periods, avg(at_most_one(counted / owed)) AS fulfilment, sum(owed) AS owed,
        sum(counted) AS counted
    FROM acts GROUP BY cadre_id
), calendar AS (
    SELECT unnest(range(DATE '2017-04-01', DATE '2018-01-01', to_months(1)))::DATE AS month
), by_month AS (
    SELECT cadre_id, count(*) AS months, count(*) FILTER (mobile) AS mobile
    FROM roster CROSS JOIN calendar LEFT JOIN filed USING (cadre_id, month)
    WHERE days(post_start, post_end, month, last_day(month)) >= 15 GROUP BY cadre_id
), by_log AS (
    SELECT cadre_id, bool_or(in_plan) AS took_part, sum(participants) FILTER (in_plan) AS participants,
        bool_or(congress_talk) AS congress_talk, bool_or(service_month) AS service_month
    FROM filed GROUP BY cadre_id
)
SELECT roster.*, owed, counted, fulfilment, coalesce(periods, 0) AS periods, coalesce(months, 0) AS months,
    coalesce(mobile, 0) AS mobile, coalesce(participants, 0) AS participants,
    coalesce(took_part, false) AS took_part, coalesce(congress_talk, false) AS congress_talk,
    coalesce(service_month, false) AS service_month
FROM roster LEFT JOIN by_period USING (cadre_id) LEFT JOIN by_month USING (cadre_id) LEFT JOIN by_log USING (cadre_id)
"""
FIVE_ONES = f"""
WITH held AS (
    SELECT unit, year(date) || 'Q' || quarter(date) AS quarter, count(DISTINCT kind) / 5 AS kinds
    FROM organ_activities WHERE kind IN {tuple(items.FIVE)} GROUP BY ALL
), sent AS (
    SELECT unit, quarter, min(submitted_on) AS sent FROM submissions GROUP BY ALL
), due(quarter, deadline) AS (
    VALUES ('2017Q2', DATE '2017-06-20'), ('2017Q3', DATE '2017-09-20'), ('2017Q4', DATE '2017-12-20')
)
SELECT unit, avg(coalesce(kinds, 0) * CASE WHEN sent IS NULL THEN 0.8 WHEN sent > deadline THEN 0.9 ELSE 1 END)
FROM units CROSS JOIN due LEFT JOIN held USING (unit, quarter) LEFT JOIN sent USING (unit, quarter) GROUP BY unit
"""
REGISTERS = """
SELECT unit,
    coalesce((
        SELECT max(CASE WHEN date BETWEEN '2017-04-27' AND '2017-05-11' THEN 1.0
            WHEN date BETWEEN '2017-04-01' AND '2017-06-30' THEN 0.5 ELSE 0.0 END)
        FROM organ_activities AS a WHERE a.unit = units.unit AND kind = 'open_day'
    ), 0.0)::DOUBLE,
    EXISTS (
        FROM organ_activities AS a
        WHERE a.unit = units.unit AND kind = 'story_sharing' AND date BETWEEN '2017-07-01' AND '2017-12-31'
    )::DOUBLE,
    EXISTS (
        FROM exemplars AS e WHERE e.unit = units.unit AND recognised_on BETWEEN '2017-07-01' AND '2017-12-31'
    )::DOUBLE
FROM units
"""
CONGRESS = """
SELECT unit, avg(congress_talk::INT) FROM people
WHERE days(post_start, post_end, '2017-10-18', '2017-12-31') >= 15 GROUP BY unit
"""
SERVICE = """
SELECT unit, avg(service_month::INT) FROM people
WHERE days(post_start, post_end, '2018-01-01', '2018-03-02') >= 15 GROUP BY unit
"""
OVERALL = """
WITH considered AS (
    SELECT *, nullif(contacted, 0) AS reached, max(points) OVER () IS NOT NULL AS any_points,
        median(points) OVER (PARTITION BY cadre_type) AS middle
    FROM people WHERE considered
)
SELECT unit, weighted(took_part::INT, weight), weighted(at_most_one(contacted / required), weight),
    weighted(at_most_one(counted / owed), weight),
    weighted(coalesce(at_most_one(participants / reached), 0), weight),
    weighted(CASE WHEN NOT any_points THEN NULL WHEN points IS NULL THEN 0 WHEN middle = 0 THEN 1
        ELSE at_most_one(points / middle) END, weight),
    weighted(mobile / nullif(months, 0), weight), weighted(coalesce(logged_in / reached, 0), weight)
FROM considered GROUP BY unit
"""
GUIDANCE = f"""
WITH owing AS (
    SELECT * FROM people WHERE considered AND (cadre_type = 'full_time' OR in_organ)
    AND days(post_start, post_end, '2017-04-01', '2017-09-30') >= 15
), given AS (
    SELECT cadre_id, bool_or(level = 'committee')::INT + bool_or(level = 'branch')::INT
        + count(DISTINCT activity) FILTER (level = 'branch' AND activity IN {tuple(items.PRACTICE_KINDS)}) / 5
        + bool_or(activity = 'lesson')::INT AS aspects
    FROM practice_guidance JOIN owing USING (cadre_id)
    WHERE date BETWEEN post_start AND post_end AND date <= '2018-03-02' GROUP BY cadre_id
)
SELECT unit, weighted(coalesce(aspects, 0) / 4, weight) FROM owing LEFT JOIN given USING (cadre_id) GROUP BY unit
"""
COMPONENTS = [
    (FIVE_ONES, [("1.1", 10.0)]),
    ("SELECT unit, avg(fulfilment) FROM people GROUP BY unit", [("1.2", 5.0)]),
    (REGISTERS, [("2.1", 5.0), ("2.3", 2.5), ("2.3", 2.5)]),
    (CONGRESS, [("2.2", 5.0)]),
    (SERVICE, [("2.4", 5.0)]),
    (
        OVERALL,
        [("4.1", 10.0), ("4.2", 10.0), ("4.3", 4.0), ("4.3", 3.0), ("4.3", 3.0), ("4.4", 5.0), ("4.4", 5.0)],
    ),
    (GUIDANCE, [("4.5", 10.0)]),
]
MECHANISMS = "SELECT unit, element, arg_max(state, checked_on) AS state FROM mechanisms GROUP BY ALL"
AUTHENTICITY = """
SELECT unit, avg(CASE outcome WHEN 'genuine' THEN 1.0 WHEN 'partly' THEN 0.5 ELSE 0.0 END) AS factor
FROM found GROUP BY unit HAVING count(*) >= 10
"""
CADRES = """
WITH told AS (
    SELECT *, concat_ws(';',
        CASE WHEN NOT fulfilment >= 0.6 - 1e-12 THEN 'fulfilment' END,
        CASE WHEN NOT contacted / required >= 0.6 - 1e-12 THEN 'contacts' END,
        CASE WHEN cadre_id IN (SELECT cadre_id FROM found WHERE outcome = 'false') THEN 'refuted' END,
        CASE WHEN cadre_id IN (
            SELECT cadre_id FROM spot_checks
            WHERE checked_on <= '2018-03-02' AND outcome <> 'unreached' AND coerced
        ) THEN 'coerced' END) AS failed
    FROM people
)
SELECT cadre_id, unit, cadre_type, in_organ, periods,
    floor(floor(fulfilment * 1e9 + 0.5) / 1e5 + 0.5) / 1e4 AS fulfilment, contacted, required,
    mobile || '/' || months AS mobile_months,
    CASE WHEN periods = 0 THEN 'not_assessed' WHEN failed = '' THEN 'yes' ELSE 'no' END AS qualified,
    CASE WHEN periods = 0 THEN '' ELSE failed END AS reasons
FROM told
"""


def load(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a database with a view of each file; nothing is read yet."""
    database = duckdb.connect()
    for name, columns in NEEDED.items():
        path = folder / f"{name}.parquet"
        database.execute(f"CREATE VIEW {name} AS SELECT {', '.join(columns)} FROM read_parquet('{path}')")
    return database


def score(database: duckdb.DuckDBPyConnection, units: list[str], as_of: str = "2018-03-02") -> Result:
    """Return scores, ranking and cadres of all units on a day on which everything is due."""
    database.execute(f"SET VARIABLE day = DATE '{as_of}'")
    database.execute("CREATE TEMP TABLE units AS SELECT unnest($1) AS unit", [units])
    for statement in (MACROS, ROSTER, FOUND, FILED, PEOPLE):
        database.execute(statement)
    means = [mean for query, parts in COMPONENTS for mean in _means(database, query, parts)]
    states = items.element_states(database.execute(MECHANISMS).df(), units)
    factor = database.execute(AUTHENTICITY).df().set_index("unit")["factor"]
    return result_of(items.component_rows(means, states, units), factor, database.execute(CADRES).df(), units)


def _means(
    database: duckdb.DuckDBPyConnection, query: str, parts: list[tuple[str, float]]
) -> list[tuple[str, float, pd.Series]]:
    """Return item, most points and means by unit of each column of a query."""
    rows = database.execute(query).df().set_index("unit")
    return [(item, most, rows.iloc[:, n].astype(float)) for n, (item, most) in enumerate(parts)]
