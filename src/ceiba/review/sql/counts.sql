-- Every count of the submissions that are of one person, for the accounts and days of tray_batch; days by the sun.
-- Of an account's day the last few hundred are enough to tell: who sends thousands must not hold everybody up.
WITH days AS (
    SELECT DISTINCT t.user_id, (t.observed_at + coalesce(t.lon, -90) / 15 * interval '1 hour')::date AS day
    FROM tray_batch b JOIN review_intray t ON t.submission_id = b.id
    WHERE t.observed_at IS NOT NULL
), seen AS (
    SELECT t.submission_id, t.user_id, t.participant_id, d.day,
        row_number() OVER (PARTITION BY t.user_id, d.day ORDER BY t.submission_id DESC) AS nth
    FROM days d
    JOIN review_intray t ON t.user_id = d.user_id
        AND t.observed_at BETWEEN d.day - interval '1 day' AND d.day + interval '2 days'
        AND (t.observed_at + coalesce(t.lon, -90) / 15 * interval '1 hour')::date = d.day
    WHERE t.participant_id IS NOT NULL AND NOT t.is_replaced
)
SELECT t.submission_id, t.user_id, t.participant_id, t.day,
    string_agg(e.kind || '.' || c.key || '=' || c.value, ', ' ORDER BY e.kind, e.key, c.key) AS counts,
    count(*)::integer AS numbers
FROM seen t
JOIN evidence_evidence e ON e.submission_id = t.submission_id
CROSS JOIN LATERAL jsonb_each(e.body) AS c
WHERE (t.nth <= 300 OR t.submission_id IN (SELECT id FROM tray_batch))
    AND jsonb_typeof(c.value) = 'number' AND c.key <> 'accuracy_m'
GROUP BY t.submission_id, t.user_id, t.participant_id, t.day
