-- Of each user to whom something is returned: how many, and of whom the latest is and why.
WITH latest AS (
    SELECT DISTINCT ON (user_id) user_id, submission_id, participant_id, form_code,
        count(*) OVER (PARTITION BY user_id) AS number
    FROM review_intray WHERE decision = 'returned' AND NOT is_replaced
    ORDER BY user_id, submission_id DESC
)
SELECT l.user_id, l.number, coalesce(p.code, l.form_code),
    (SELECT r.reason FROM review_review r
     WHERE r.submission_id = l.submission_id AND r.decision = 'returned' ORDER BY r.id DESC LIMIT 1)
FROM latest l LEFT JOIN registry_participant p ON p.id = l.participant_id
