-- What the register says of each touched group, as phones read it.
SELECT g.id AS row, g.name || ' · ' || g.code AS label,
    jsonb_build_object(
        'code', g.code,
        'members', (SELECT count(*) FROM registry_participant p WHERE p.group_id = g.id)::text,
        'technician', coalesce(a.code, b.code, '')
    ) AS properties
FROM touched t
JOIN registry_group g ON g.id = t.row
LEFT JOIN registry_technician a ON a.id = g.technician_productive_id
LEFT JOIN registry_technician b ON b.id = g.technician_social_id
WHERE t.list_name = 'groups'
