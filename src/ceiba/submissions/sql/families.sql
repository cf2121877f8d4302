-- Submissions of a form with their families as far as they are reached: v.family are its versions, v.current the one
-- that is shown.
FROM submissions_submission s
JOIN submissions_standing st ON st.submission_id = s.id
CROSS JOIN LATERAL (
    SELECT array_agg(f.id) AS family, count(*) - 1 AS edits,
        (array_agg(f.id ORDER BY f.counts DESC, f.id DESC))[1] AS current,
        CASE WHEN count(*) > 1 THEN max(f.received_at) END AS updated_at
    FROM (
        SELECT s.id, s.received_at, st.state IN ('received', 'taken') AS counts
        UNION ALL
        SELECT e.id, e.received_at, est.state IN ('received', 'taken')
        FROM submissions_standing est JOIN submissions_submission e ON e.id = est.submission_id
        WHERE est.root_id = s.id AND e.id <> s.id AND e.form_code = s.form_code AND {visible_e}
    ) f
) v
