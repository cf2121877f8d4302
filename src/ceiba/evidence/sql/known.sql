-- The records that incoming ones repeat or correct, and those that correct the same ones.
SELECT e.kind, e.key, e.sha256, nullif(e.corrects, '') AS corrects, e.participant_id, nullif(e.area_code, '') AS area
FROM evidence_incoming i
JOIN evidence_evidence e ON e.kind = i.kind AND e.key = i.key
UNION
SELECT e.kind, e.key, e.sha256, nullif(e.corrects, ''), e.participant_id, nullif(e.area_code, '')
FROM evidence_incoming i
JOIN evidence_evidence e ON e.kind = i.kind AND e.key = i.corrects
UNION
SELECT e.kind, e.key, e.sha256, nullif(e.corrects, ''), e.participant_id, nullif(e.area_code, '')
FROM evidence_incoming i
JOIN evidence_evidence e ON e.kind = i.kind AND e.corrects = i.corrects
WHERE e.corrects <> ''
