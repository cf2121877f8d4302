-- The submissions of tray_batch, and those of the same accounts and phones within a day of them.
WITH batch AS (
    SELECT t.* FROM tray_batch b JOIN review_intray t ON t.submission_id = b.id
), around AS (
    SELECT user_id, min(observed_at) - interval '1 day' AS since, max(observed_at) + interval '1 day' AS until
    FROM batch GROUP BY user_id
), phones AS (
    SELECT phone, min(observed_at) - interval '1 day' AS since, max(observed_at) + interval '1 day' AS until
    FROM batch WHERE phone <> '' GROUP BY phone
), wanted AS (
    SELECT submission_id FROM batch
    UNION
    SELECT t.submission_id FROM around a
    JOIN review_intray t ON t.user_id = a.user_id AND t.observed_at BETWEEN a.since AND a.until
    UNION
    SELECT t.submission_id FROM phones p
    JOIN review_intray t ON t.phone = p.phone AND t.phone <> '' AND t.observed_at BETWEEN p.since AND p.until
)
SELECT t.submission_id, t.family, t.user_id, s.device_id, nullif(t.phone, '') AS phone, t.observed_at,
    st.lon, st.lat, st.accuracy_m
FROM wanted w
JOIN review_intray t ON t.submission_id = w.submission_id
JOIN submissions_submission s ON s.id = t.submission_id
JOIN submissions_standing st ON st.submission_id = t.submission_id
