-- Every count of the submissions that are of one person, for the accounts and days of tray_batch; days by the sun.
WITH days AS (
    SELECT DISTINCT t.user_id, (t.observed_at + coalesce(t.lon, -90) / 15 * interval '1 hour')::date AS day
    FROM tray_batch b JOIN review_intray t ON t.submission_id = b.id
    WHERE t.observed_at IS NOT NULL
)
SELECT t.submission_id, t.user_id, t.participant_id, d.day,
    string_agg(e.kind || '.' || c.key || '=' || c.value, ', ' ORDER BY e.kind, e.key, c.key) AS counts,
    count(*)::integer AS numbers
FROM days d
JOIN review_intray t ON t.user_id = d.user_id
    AND t.observed_at BETWEEN d.day - interval '1 day' AND d.day + interval '2 days'
    AND (t.observed_at + coalesce(t.lon, -90) / 15 * interval '1 hour')::date = d.day
JOIN evidence_evidence e ON e.submission_id = t.submission_id
CROSS JOIN LATERAL jsonb_each(e.body) AS c
WHERE t.participant_id IS NOT NULL AND NOT t.is_replaced
    AND jsonb_typeof(c.value) = 'number' AND c.key <> 'accuracy_m'
GROUP BY t.submission_id, t.user_id, t.participant_id, d.day
