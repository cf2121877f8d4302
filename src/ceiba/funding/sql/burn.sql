-- What people were paid out of the funds %(agreements)s of %(programme)s in each month of payment, within %(areas)s.
WITH {moved}
SELECT m.subject AS agreement, m.month, count(DISTINCT m.participant_id) AS people, sum(m.amount_minor)::bigint AS amount_minor
FROM moved m JOIN registry_participant p ON p.id = m.participant_id
WHERE p.area_id ~ %(areas)s AND m.month IS NOT NULL
GROUP BY m.subject, m.month
