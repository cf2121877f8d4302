-- The participants that incoming records name and whose data were not erased, each with the last cut-off that a month of theirs was decided with.
WITH named AS (
    SELECT DISTINCT participant FROM evidence_incoming WHERE participant IS NOT NULL
), last AS (
    SELECT e.participant_id, max(c.cutoff) AS cutoff
    FROM (SELECT programme_id, max(cutoff) AS cutoff FROM evidence_closing GROUP BY programme_id) AS c
    JOIN registry_enrolment e ON e.programme_id = c.programme_id
    GROUP BY e.participant_id
)
SELECT p.code AS participant, p.id AS participant_id, last.cutoff
FROM named
JOIN registry_participant p ON p.code = named.participant AND p.erased_at IS NULL
LEFT JOIN last ON last.participant_id = p.id
