-- The areas that incoming records name, each with the last cut-off that a month of anybody in it was decided with.
WITH named AS (
    SELECT DISTINCT area FROM evidence_incoming WHERE area IS NOT NULL
), places AS (
    SELECT p.area_id, max(c.cutoff) AS cutoff
    FROM (SELECT programme_id, max(cutoff) AS cutoff FROM evidence_closing GROUP BY programme_id) AS c
    JOIN registry_enrolment e ON e.programme_id = c.programme_id
    JOIN registry_participant p ON p.id = e.participant_id
    GROUP BY p.area_id
)
SELECT a.code AS area, max(places.cutoff) AS cutoff
FROM named
JOIN registry_area a ON a.code = named.area
LEFT JOIN places ON starts_with(places.area_id, a.code)
GROUP BY a.code
