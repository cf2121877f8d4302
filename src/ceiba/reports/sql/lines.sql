-- Parts of payment lines that funds %(agreements)s of %(programme)s paid in %(department)s within %(areas)s, alike ones together.
WITH {moved}
SELECT m.month, m.for_month, m.component, m.amount_minor AS each_minor, count(*) AS lines,
    count(DISTINCT m.participant_id) AS people
FROM moved m JOIN registry_participant p ON p.id = m.participant_id
WHERE left(p.area_id, 5) = %(department)s AND p.area_id ~ %(areas)s
GROUP BY m.month, m.for_month, m.component, m.amount_minor
