-- Submissions that may be taken now, in the order of receipt: new ones, and those whose predecessor has come since or
-- whose person has been enrolled.
-- One that replaces another which is still to be taken waits for it; one that replaces what replaces it has nothing
-- to wait for, and is told so. Rows that another process is at are passed over.
SELECT s.id, s.instance_id, s.form_code, s.form_version, s.xml, s.received_at, s.deprecated_id,
    coalesce(nullif(u.code, ''), u.username) AS reporter, s.user_id, s.device_id,
    before.id AS replaced_id, was.state AS replaced_state, coalesce(was.root_id, before.id, s.id) AS root_id,
    s.deprecated_id <> '' AND EXISTS (
        SELECT FROM submissions_submission o JOIN submissions_standing w ON w.submission_id = o.id
        WHERE o.deprecated_id = s.deprecated_id AND o.deprecated_id <> '' AND o.id <> s.id AND w.state = 'taken'
    ) AS is_second
FROM submissions_standing t
JOIN submissions_submission s ON s.id = t.submission_id
JOIN accounts_user u ON u.id = s.user_id
LEFT JOIN submissions_submission before ON s.deprecated_id <> '' AND before.instance_id = s.deprecated_id
    AND before.deprecated_id <> s.instance_id
LEFT JOIN submissions_standing was ON was.submission_id = before.id
WHERE t.state IN ('received', 'waiting')
    AND (t.state = 'received' OR (t.waits_for = '' AND before.id IS NOT NULL)
        OR (t.waits_for <> '' AND ceiba_enrolled_as(t.waits_for) IS NOT NULL))
    AND (was.state IS NULL OR was.state NOT IN ('received', 'waiting'))
ORDER BY t.submission_id
LIMIT %(most)s
FOR UPDATE OF t SKIP LOCKED
