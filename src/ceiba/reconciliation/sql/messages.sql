-- The messages to match: those that new entries speak of, and those that are not done with.
INSERT INTO match_messages
SELECT f.message
FROM payments_paymentfile f
JOIN payments_paymentrun r ON r.id = f.run_id
WHERE r.bank_account_id = %(account)s AND (
    (r.state IN ('sent', 'closed') AND NOT EXISTS (
        SELECT FROM reconciliation_outcomecount c WHERE c.message = f.message
    ))
    OR f.message IN (
        SELECT c.message FROM reconciliation_outcomecount c
        WHERE c.bank_account_id = %(account)s
            AND (c.outcome = ANY (%(restless)s) OR c.outcome = 'paid' AND c.left_minor < c.amount_minor)
    )
    OR f.message IN (
        SELECT unnest(ARRAY[e.batch, e.message]) FROM reconciliation_bankentry e
        WHERE e.bank_account_id = %(account)s AND e.file_id > %(after)s AND e.payment IS NULL
    )
    OR (f.run_id, f.part) IN (
        SELECT p.run_id, p.part FROM reconciliation_bankentry e JOIN payments_payment p ON p.id = e.payment
        WHERE e.bank_account_id = %(account)s AND e.file_id > %(after)s
    )
)
