-- The visits of one submission; of one that holds none, the submission itself where it is of a person.
SELECT t.submission_id, coalesce(v.key, s.instance_id) AS key, coalesce(v.participant_id, t.participant_id) AS participant_id,
    p.area_id AS area, coalesce(a.parent_id, '') AS region, t.technician
FROM review_intray t
JOIN submissions_submission s ON s.id = t.submission_id
LEFT JOIN evidence_evidence v ON v.submission_id = t.submission_id AND v.kind = 'visit' AND v.corrects = ''
JOIN registry_participant p ON p.id = coalesce(v.participant_id, t.participant_id)
JOIN registry_area a ON a.code = p.area_id
WHERE t.submission_id = %(submission)s
