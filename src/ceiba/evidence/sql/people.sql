-- The participants of these codes, each with the last cut-off that a month of a programme of theirs was decided with.
WITH last AS (
    SELECT programme_id, max(cutoff) AS cutoff FROM evidence_closing GROUP BY programme_id
)
SELECT p.code AS participant, p.id AS participant_id, max(last.cutoff) AS cutoff
FROM registry_participant p
LEFT JOIN registry_enrolment e ON e.participant_id = p.id
LEFT JOIN last ON last.programme_id = e.programme_id
WHERE p.code IN (SELECT unnest(%(codes)s::text[]))
GROUP BY p.id
