-- What a run pays by component and state or department, without those who were taken out of it.
SELECT c.component, left(p.area_id, 5) AS area, c.payment_id IS NULL AS saved,
    count(DISTINCT c.participant_id)::bigint AS people, sum(c.amount_minor)::bigint AS amount_minor
FROM payments_claim c
JOIN payments_paymentrun r ON r.id = c.run_id
JOIN registry_participant p ON p.id = c.participant_id
LEFT JOIN payments_payment y ON y.id = c.payment_id AND y.run_id = %(run)s
WHERE c.run_id = %(run)s AND p.area_id ~ %(areas)s AND (r.state = 'cancelled' OR y.state IS DISTINCT FROM 'cancelled')
GROUP BY c.component, left(p.area_id, 5), c.payment_id IS NULL
