-- The parts of payment lines that were paid, alike ones together, by area.
SELECT p.area_id AS area, alike.month, alike.for_month, alike.component, alike.each_minor, sum(alike.lines)::bigint AS lines,
    count(*) AS people
FROM (
    SELECT participant_id, month, for_month, component, amount_minor AS each_minor, count(*) AS lines
    FROM moved WHERE NOT waiting
    GROUP BY participant_id, month, for_month, component, amount_minor
) alike
JOIN registry_participant p ON p.id = alike.participant_id
GROUP BY p.area_id, alike.month, alike.for_month, alike.component, alike.each_minor
