-- What each person is paid for a month by the runs there are; their own savings are no pay.
SELECT c.participant_id, left(p.area_id, 5) AS area, sum(c.amount_minor)::bigint AS amount_minor,
    nullif(p.phone, '') AS phone
FROM payments_claim c
JOIN registry_participant p ON p.id = c.participant_id
WHERE c.programme_id = %(programme)s AND c.month = %(month)s AND c.live
    AND c.component <> 'savings:withdrawal' AND p.area_id ~ %(areas)s
GROUP BY c.participant_id, p.area_id, p.phone
