-- The pending transfers of a run that need no bank: what is saved, and what recoveries took whole.
SELECT t.id AS transfer_id, true AS posted
FROM payments_claim c
JOIN ledger_transfer t ON t.claim_id = c.id AND t.month = c.month AND t.participant_id = c.participant_id
LEFT JOIN payments_payment p ON p.id = c.payment_id
LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
WHERE c.run_id = %(run)s AND t.pending AND s.transfer_id IS NULL AND (c.payment_id IS NULL OR p.amount_minor = 0)
