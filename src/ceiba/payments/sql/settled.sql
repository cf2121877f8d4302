-- The transfers that the outcomes of ordered payments settle: posted, unless the bank rejected.
-- Whether a payment is ordered is asked first: of three columns that join as one the planner expects a single row, and
-- would look up each payment by itself.
WITH ordered AS MATERIALIZED (
    SELECT p.id, o.state <> 'rejected' AS posted
    FROM payment_outcomes o JOIN payments_payment p ON p.id = o.payment_id::uuid
    WHERE p.state = 'ordered'
)
SELECT t.id AS transfer_id, o.posted
FROM ordered o
JOIN payments_claim c ON c.payment_id = o.id
JOIN ledger_transfer t ON t.claim_id = c.id AND t.month = c.month AND t.participant_id = c.participant_id
LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
WHERE t.pending AND s.transfer_id IS NULL
