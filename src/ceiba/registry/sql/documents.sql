-- The documents that %(programme)s asks of everyone active on %(day)s, or, unless %(people)s is null, of those people
-- among them, and what the register holds of each.
SELECT DISTINCT p.id AS participant_id, r.document::text AS document, d.held, d.expires_on, d.seen_on
FROM registry_enrolmentspan s
JOIN registry_enrolment e ON e.id = s.enrolment_id
JOIN registry_participant p ON p.id = e.participant_id
JOIN registry_requireddocument r ON r.programme_id = e.programme_id
    AND r.country IN ('', split_part(p.area_id, '-', 1))
    AND (r.tenure = '' OR EXISTS (
        SELECT FROM registry_plot l WHERE l.participant_id = p.id AND l.tenure = r.tenure
    ))
LEFT JOIN registry_document d ON d.participant_id = p.id AND d.document = r.document
WHERE e.programme_id = %(programme)s AND s.state = 'active' AND s.since <= %(day)s
    AND (s.until IS NULL OR s.until > %(day)s)
    AND (%(people)s::bigint[] IS NULL OR p.id = ANY(%(people)s::bigint[]))
