-- What the register says of each touched person, as phones read it. Nobody's birth date: whether they are 75.
SELECT p.id AS row, p.given_names || ' ' || p.family_names || ' · ' || p.code AS label,
    jsonb_build_object(
        'code', p.code,
        'group', coalesce(g.code, ''),
        'plot_count', (SELECT count(*) FROM registry_plot l WHERE l.participant_id = p.id)::text,
        'age_75', CASE WHEN p.birth_date + interval '75 years' <= %(day)s THEN '1' ELSE '0' END,
        'phone', p.phone
    ) AS properties
FROM touched t
JOIN registry_participant p ON p.id = t.row
LEFT JOIN registry_group g ON g.id = p.group_id
WHERE t.list_name = 'participants' AND p.erased_at IS NULL
