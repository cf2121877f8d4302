-- Write the flags of flags_found (submission_id, flag, other_ids, detail); one that says what it said stays as it is.
INSERT INTO review_flag AS f (submission_id, flag, other_ids, detail, computed_at, dismissed_why)
SELECT submission_id, flag, other_ids::bigint[], detail::jsonb, %(now)s, '' FROM flags_found
ON CONFLICT (submission_id, flag) DO UPDATE
    SET other_ids = excluded.other_ids, detail = excluded.detail, computed_at = excluded.computed_at
    WHERE f.detail IS DISTINCT FROM excluded.detail OR f.other_ids IS DISTINCT FROM excluded.other_ids

