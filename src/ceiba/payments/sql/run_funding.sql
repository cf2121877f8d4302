-- Who pays a run of %(month)s: the transfers that it booked, by the fund that they are taken from or go back to.
SELECT f.subject AS agreement, count(DISTINCT c.participant_id)::bigint AS people,
    sum(CASE WHEN t.kind = 'recovery' THEN -t.amount_minor ELSE t.amount_minor END)::bigint AS amount_minor
FROM payments_claim c
JOIN payments_paymentrun r ON r.id = c.run_id
JOIN registry_participant p ON p.id = c.participant_id
JOIN ledger_transfer t ON t.claim_id = c.id AND t.month = %(month)s AND t.participant_id = c.participant_id
JOIN ledger_account f ON f.kind = 'fund' AND f.id IN (t.debit_id, t.credit_id)
LEFT JOIN payments_payment y ON y.id = c.payment_id AND y.run_id = %(run)s
WHERE c.run_id = %(run)s AND t.kind IN ('support', 'recovery', 'saving') AND p.area_id ~ %(areas)s
    AND (r.state = 'cancelled' OR y.state IS DISTINCT FROM 'cancelled')
GROUP BY f.subject
