-- What the register says of each touched plot, as phones read it. `participant` is the entity of its person; its
-- place the middle of its bounds, to find the way by.
SELECT l.id AS row, l.code || ' · ' || p.given_names || ' ' || p.family_names AS label,
    jsonb_build_object(
        'code', l.code,
        'participant', coalesce(e.uuid::text, ''),
        'participant_code', p.code,
        'group', coalesce(g.code, ''),
        'nominal_ha', round(l.nominal_m2 / 10000.0, 4)::text,
        'measured_ha', coalesce(round(l.measured_m2 / 10000.0, 4)::text, ''),
        'lon', coalesce(round(((l.west + l.east) / 2)::numeric, 6)::text, ''),
        'lat', coalesce(round(((l.south + l.north) / 2)::numeric, 6)::text, '')
    ) AS properties
FROM touched t
JOIN registry_plot l ON l.id = t.row
JOIN registry_participant p ON p.id = l.participant_id
LEFT JOIN registry_group g ON g.id = p.group_id
LEFT JOIN entities_entity e ON e.list_name = 'participants' AND e.row = p.id AND e.deleted_at IS NULL
WHERE t.list_name = 'plots' AND p.erased_at IS NULL
