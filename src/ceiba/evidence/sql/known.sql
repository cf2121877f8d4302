-- The records of a kind that have one of %(keys)s, or correct one of %(targets)s.
SELECT e.key, encode(e.sha256, 'hex') AS sha256, nullif(e.corrects, '') AS corrects, e.participant_id,
    nullif(e.area_code, '') AS area
FROM unnest(%(keys)s::text[]) AS wanted (key)
JOIN evidence_evidence e ON e.kind = %(kind)s AND e.key = wanted.key
UNION
SELECT e.key, encode(e.sha256, 'hex'), nullif(e.corrects, ''), e.participant_id, nullif(e.area_code, '')
FROM unnest(%(targets)s::text[]) AS target (key)
JOIN evidence_evidence e ON e.kind = %(kind)s AND e.corrects = target.key
WHERE e.corrects <> ''
