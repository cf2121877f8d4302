-- The records of a kind that incoming ones repeat or correct, and those that correct the same ones.
SELECT e.key, e.sha256, nullif(e.corrects, '') AS corrects, e.participant_id, nullif(e.area_code, '') AS area
FROM evidence_incoming i
JOIN evidence_evidence e ON e.kind = %(kind)s AND e.key = i.key
UNION
SELECT e.key, e.sha256, nullif(e.corrects, ''), e.participant_id, nullif(e.area_code, '')
FROM evidence_incoming i
JOIN evidence_evidence e ON e.kind = %(kind)s AND e.key = i.corrects
UNION
SELECT e.key, e.sha256, nullif(e.corrects, ''), e.participant_id, nullif(e.area_code, '')
FROM evidence_incoming i
JOIN evidence_evidence e ON e.kind = %(kind)s AND e.corrects = i.corrects
WHERE e.corrects <> ''
