-- The transfers that the outcomes of ordered payments settle: posted, unless the bank rejected.
SELECT t.id AS transfer_id, o.state <> 'rejected' AS posted
FROM payment_outcomes o
JOIN payments_payment p ON p.id = o.payment_id::uuid
JOIN payments_claim c ON c.payment_id = p.id
JOIN ledger_transfer t ON t.claim_id = c.id AND t.month = c.month AND t.participant_id = c.participant_id
LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
WHERE p.state = 'ordered' AND t.pending AND s.transfer_id IS NULL
