-- The records of a kind that have one of %(keys)s, or correct one of %(targets)s.
SELECT key, encode(sha256, 'hex') AS sha256, nullif(corrects, '') AS corrects, participant_id, nullif(area_code, '') AS area
FROM evidence_evidence
WHERE kind = %(kind)s AND key IN (SELECT unnest(%(keys)s::text[]))
UNION
SELECT key, encode(sha256, 'hex'), nullif(corrects, ''), participant_id, nullif(area_code, '')
FROM evidence_evidence
WHERE kind = %(kind)s AND corrects <> '' AND corrects IN (SELECT unnest(%(targets)s::text[]))
