-- Lines of a month of the people in pack_people, by the payment run that has a live claim to them and how that stands.
SELECT c.run_id::text AS run,
    CASE WHEN c.id IS NULL THEN 'no_run' WHEN p.id IS NULL THEN 'saved' ELSE p.state END AS state,
    l.component,
    count(*)::bigint AS lines,
    count(DISTINCT l.participant_id)::bigint AS people,
    sum(l.amount_minor)::bigint AS amount_minor
FROM payments_paymentline l
JOIN pack_people w ON w.participant_id = l.participant_id
LEFT JOIN payments_claim c ON c.live AND c.programme_id = l.programme_id AND c.month = l.month
    AND c.participant_id = l.participant_id AND c.for_month = l.for_month AND c.component = l.component
LEFT JOIN payments_payment p ON p.id = c.payment_id
WHERE l.programme_id = %(programme)s AND l.month = %(month)s
GROUP BY 1, 2, 3
