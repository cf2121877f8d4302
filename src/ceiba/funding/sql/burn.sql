-- What people were paid in each month of payment, less what came back, by area.
SELECT p.area_id AS area, person.month, count(*) AS people, sum(person.amount_minor)::bigint AS amount_minor
FROM (
    SELECT participant_id, month, sum(amount_minor) AS amount_minor
    FROM moved WHERE NOT waiting AND month IS NOT NULL
    GROUP BY participant_id, month
) person
JOIN registry_participant p ON p.id = person.participant_id
GROUP BY p.area_id, person.month
