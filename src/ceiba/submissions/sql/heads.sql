-- The first of each family that is reached: the first there is, or an edit of what is not reached. An edit that nobody
-- has looked at belongs to none yet.
s.form_code = %(form)s AND {visible_s}
    AND CASE
        WHEN st.root_id IS NULL THEN s.deprecated_id = ''
        ELSE st.root_id = s.id OR NOT EXISTS (
            SELECT FROM submissions_submission r JOIN submissions_standing rst ON rst.submission_id = r.id
            WHERE r.id = st.root_id AND r.form_code = s.form_code AND {visible_r}
        )
    END
