-- Whom the submissions of tray_batch speak of although, when they were taken, the sender neither looked after them nor
-- had been sent to see them again.
SELECT st.submission_id, p.code AS person
FROM tray_batch b
JOIN submissions_standing st ON st.submission_id = b.id
JOIN review_intray t ON t.submission_id = b.id
CROSS JOIN LATERAL unnest(st.outside) AS o (id)
JOIN registry_participant p ON p.id = o.id
WHERE NOT EXISTS (
    SELECT FROM review_secondvisit v
    WHERE v.technician = t.technician AND v.technician <> '' AND v.participant_id = o.id AND v.asked_at <= st.taken_at
)
