-- The visits of a month of a programme that may be drawn: those that came in forms, as they were first sent.
-- Only tables that nothing is ever changed in: the same draw can be made again at any time.
SELECT v.submission_id, v.key, v.participant_id, p.area_id AS area, coalesce(a.parent_id, '') AS region,
    v.reporter AS technician
FROM evidence_evidence v
JOIN submissions_submission s ON s.id = v.submission_id AND s.deprecated_id = ''
JOIN registry_participant p ON p.id = v.participant_id
JOIN registry_area a ON a.code = p.area_id
JOIN registry_enrolment e ON e.participant_id = p.id AND e.programme_id = %(programme)s
WHERE v.kind = 'visit' AND v.month = %(month)s AND v.corrects = '' AND v.received_at <= %(until)s
