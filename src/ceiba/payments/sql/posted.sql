-- The posted transfers of paid payments that came back.
SELECT t.id, t.kind, t.debit_id, t.credit_id, t.amount_minor, t.currency, t.pending, t.participant_id, t.month,
    t.for_month, t.component, t.payment_id, t.claim_id
FROM payment_outcomes o
JOIN payments_payment p ON p.id = o.payment_id::uuid
JOIN payments_claim c ON c.payment_id = p.id
JOIN ledger_transfer t ON t.claim_id = c.id AND t.month = c.month AND t.participant_id = c.participant_id
JOIN ledger_settlement s ON s.transfer_id = t.id
WHERE o.state = 'returned' AND p.state = 'paid' AND s.posted
