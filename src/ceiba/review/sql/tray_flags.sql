-- The flags that hold, on the tray's rows of tray_batch.
UPDATE review_intray t SET flags = held.flags
FROM (
    SELECT b.id, coalesce(array_agg(f.flag ORDER BY f.flag) FILTER (WHERE f.dismissed_at IS NULL AND f.id IS NOT NULL), '{}')
        AS flags
    FROM tray_batch b LEFT JOIN review_flag f ON f.submission_id = b.id
    GROUP BY b.id
) AS held
WHERE t.submission_id = held.id AND t.flags IS DISTINCT FROM held.flags
