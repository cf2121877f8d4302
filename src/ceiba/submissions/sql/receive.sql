-- Keeps a submission, unless one of its instanceID is there: one statement, so one round trip and one write-through.
-- Answers with its number and whether it is new, or with the one that was there and its hash.
-- Nothing at all: another request kept it while this one waited, and it shows when asked again.
WITH kept AS (
    INSERT INTO submissions_submission
        (instance_id, form_code, form_version, deprecated_id, xml, sha256, device_id, user_id, received_at)
    VALUES (%(instance_id)s, %(form_code)s, %(form_version)s, %(deprecated_id)s, %(xml)s, %(sha256)s,
        %(device_id)s, %(user_id)s, %(now)s)
    ON CONFLICT (instance_id) DO NOTHING
    RETURNING id
), standing AS (
    INSERT INTO submissions_standing (submission_id, state, problems, waits_for, area_code, group_code, plot_code, clock)
    SELECT id, 'received', '[]', '', '', '', '', '' FROM kept
)
SELECT id, true AS is_new, NULL::bytea AS sha256 FROM kept
UNION ALL
SELECT id, false, sha256 FROM submissions_submission WHERE instance_id = %(instance_id)s
