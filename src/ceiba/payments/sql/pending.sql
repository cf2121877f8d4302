-- The transfers of a run that nothing has settled, with the payment that each is part of.
SELECT t.id AS transfer_id, c.payment_id, p.amount_minor AS payment_minor
FROM payments_claim c
JOIN ledger_transfer t ON t.claim_id = c.id AND t.month = c.month AND t.participant_id = c.participant_id
LEFT JOIN payments_payment p ON p.id = c.payment_id
LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
WHERE c.run_id = %(run)s AND t.pending AND s.transfer_id IS NULL
