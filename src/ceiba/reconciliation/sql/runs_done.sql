-- The runs at a bank of whose payments each has its answer, what was paid is booked, and nothing is open.
SELECT r.id
FROM payments_paymentrun r
WHERE r.bank_account_id = %(account)s AND r.state = 'sent'
    AND NOT EXISTS (SELECT FROM payments_payment p WHERE p.run_id = r.id AND p.state = 'ordered')
    AND NOT EXISTS (
        SELECT FROM reconciliation_outcomecount c
        WHERE c.run_id = r.id AND c.outcome = 'paid' AND c.left_minor < c.amount_minor
    )
    AND NOT EXISTS (
        SELECT FROM payments_paymentfile f JOIN reconciliation_openitem i ON f.message IN (i.message, i.batch)
        WHERE f.run_id = r.id AND i.bank_account_id = r.bank_account_id AND i.state = 'open'
    )
ORDER BY r.id
