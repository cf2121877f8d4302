-- The records of submissions that are replaced, as they are kept; of one that something else has corrected since, the
-- intake says so, and a person decides.
SELECT e.submission_id, e.kind, e.key, p.code AS participant, e.month, e.observed_at, e.body::text AS body
FROM evidence_evidence e
LEFT JOIN registry_participant p ON p.id = e.participant_id
WHERE e.submission_id = ANY(%(ids)s)
    AND e.kind NOT IN ('flag', 'review')
