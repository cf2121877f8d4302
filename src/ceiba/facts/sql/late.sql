-- The earlier, decided months that evidence received in (after, until] may change, a row for each record.
WITH late AS (
    SELECT id, kind, key, corrects, participant_id, area_code, month, body
    FROM evidence_evidence
    WHERE received_at > %(after)s AND received_at <= %(until)s AND kind = ANY(%(kinds)s)
), bearing AS (
    -- The months a record speaks of: its own, that of the record it corrects, and that of the one that corrects it
    -- and was here before it.
    SELECT id, kind, participant_id, area_code, month, body FROM late
    UNION ALL
    SELECT l.id, l.kind, l.participant_id, l.area_code, c.month, c.body
    FROM late l JOIN evidence_evidence c ON c.kind = l.kind AND c.key = l.corrects
    WHERE l.corrects <> ''
    UNION ALL
    SELECT l.id, l.kind, l.participant_id, l.area_code, c.month, c.body
    FROM late l JOIN evidence_evidence c ON c.kind = l.kind AND c.corrects = l.key
    WHERE c.corrects <> ''
), since AS (
    SELECT id, kind, participant_id, area_code, since
    FROM (
        SELECT id, kind, participant_id, area_code,
            coalesce(date_trunc('month', (body ->> 'died_on')::timestamp)::date, month) AS since
        FROM bearing
    ) AS b
    WHERE since < %(month)s
)
SELECT f.participant_id, f.month, s.kind, s.id AS evidence_id
FROM since s
JOIN facts_monthfacts f ON f.participant_id = s.participant_id
    AND (f.month = s.since OR (s.kind = ANY(%(onward)s) AND f.month > s.since))
WHERE f.programme_id = %(programme)s AND f.revision = 0 AND f.month >= %(oldest)s AND f.month < %(month)s
UNION
SELECT f.participant_id, f.month, s.kind, s.id
FROM since s
JOIN facts_monthfacts f ON f.month = s.since AND starts_with(f.area_code, s.area_code)
WHERE s.participant_id IS NULL
    AND f.programme_id = %(programme)s AND f.revision = 0 AND f.month >= %(oldest)s AND f.month < %(month)s
