-- The areas of these codes, each with the last cut-off that a month of anybody in it was decided with.
WITH last AS (
    SELECT programme_id, max(cutoff) AS cutoff FROM evidence_closing GROUP BY programme_id
), places AS (
    SELECT p.area_id, max(last.cutoff) AS cutoff
    FROM last
    JOIN registry_enrolment e ON e.programme_id = last.programme_id
    JOIN registry_participant p ON p.id = e.participant_id
    GROUP BY p.area_id
)
SELECT a.code AS area, max(places.cutoff) AS cutoff
FROM registry_area a
LEFT JOIN places ON starts_with(places.area_id, a.code)
WHERE a.code IN (SELECT unnest(%(codes)s::text[]))
GROUP BY a.code
