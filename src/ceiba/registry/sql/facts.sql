-- What the register says about everyone active in %(programme)s on %(day)s, as it was known at %(cutoff)s.
-- A span counts if it was recorded by then or came with the enrolment; its end counts if it was recorded by then.
-- %(people)s, unless it is null, are the numbers of the only people asked about; their groups are counted whole.
WITH active AS MATERIALIZED (
    SELECT e.participant_id, e.variant, CASE WHEN e.active_on <= %(day)s THEN e.active_on ELSE s.since END AS active_on
    FROM registry_enrolmentspan s
    JOIN registry_enrolment e ON e.id = s.enrolment_id
    WHERE e.programme_id = %(programme)s AND s.state = 'active' AND s.since <= %(day)s
        AND (s.at_load OR s.recorded_at <= %(cutoff)s)
        AND (s.until IS NULL OR s.until > %(day)s OR s.ended_at > %(cutoff)s)
        AND (%(people)s::bigint[] IS NULL OR e.participant_id IN (
            SELECT unnest(%(people)s::bigint[]) UNION SELECT mate.id
            FROM registry_participant p JOIN registry_participant mate ON mate.group_id = p.group_id
            WHERE p.id = ANY(%(people)s::bigint[])))
), members AS (
    SELECT p.group_id, count(*)::integer AS people
    FROM active a JOIN registry_participant p ON p.id = a.participant_id
    WHERE p.group_id IS NOT NULL
    GROUP BY p.group_id
), land AS (
    SELECT l.participant_id, count(*)::integer AS plots, sum(l.nominal_m2)::integer AS nominal_m2,
        CASE WHEN count(l.measured_m2) = count(*) THEN sum(l.measured_m2)::integer END AS measured_m2,
        CASE WHEN count(l.overlap_m2) = count(*) THEN sum(l.overlap_m2)::integer END AS overlap_m2
    FROM registry_plot l
    WHERE %(people)s::bigint[] IS NULL OR l.participant_id = ANY(%(people)s::bigint[])
    GROUP BY l.participant_id
), largest AS (
    SELECT DISTINCT ON (l.participant_id) l.participant_id, l.tenure, l.tenure_until,
        (l.west + l.east) / 2 AS plot_lon, (l.south + l.north) / 2 AS plot_lat
    FROM registry_plot l
    WHERE %(people)s::bigint[] IS NULL OR l.participant_id = ANY(%(people)s::bigint[])
    ORDER BY l.participant_id, l.nominal_m2 DESC, l.code
)
SELECT p.id AS participant_id, p.area_id AS area, g.code AS "group", split_part(p.area_id, '-', 1) AS country,
    a.variant, a.active_on, p.birth_date, r.marginalisation, coalesce(d.plots, 0) AS plots,
    d.nominal_m2 AS plot_nominal_m2, d.measured_m2 AS plot_measured_m2, d.overlap_m2 AS plot_overlap_m2,
    t.tenure, t.tenure_until, p.home_lon, p.home_lat, t.plot_lon, t.plot_lat, m.people AS group_members
FROM active a
JOIN registry_participant p ON p.id = a.participant_id
JOIN registry_area r ON r.code = p.area_id
LEFT JOIN registry_group g ON g.id = p.group_id
LEFT JOIN members m ON m.group_id = p.group_id
LEFT JOIN land d ON d.participant_id = p.id
LEFT JOIN largest t ON t.participant_id = p.id
WHERE %(people)s::bigint[] IS NULL OR p.id = ANY(%(people)s::bigint[])
