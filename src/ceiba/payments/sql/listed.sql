-- What each person was to be paid for a month by its list.
SELECT l.participant_id, left(p.area_id, 5) AS area, sum(l.amount_minor)::bigint AS amount_minor,
    nullif(p.phone, '') AS phone
FROM payments_paymentline l
JOIN registry_participant p ON p.id = l.participant_id
WHERE l.programme_id = %(programme)s AND l.month = %(month)s AND p.area_id ~ %(areas)s
GROUP BY l.participant_id, p.area_id, p.phone
