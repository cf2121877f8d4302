-- The funds of agreements %(agreements)s: what arrived (disbursements that stand, and what people explained to be theirs
-- or to have gone back to the funder), what they hold, what is pending against them.
SELECT f.subject AS agreement, (disbursed.minor + explained.minor)::bigint AS received_minor,
    f.credits_posted - f.debits_posted AS balance_minor, f.debits_pending AS pending_minor
FROM ledger_account f
CROSS JOIN LATERAL (
    SELECT coalesce(sum(d.amount_minor), 0) AS minor
    FROM funding_disbursement d JOIN funding_agreement a ON a.id = d.agreement_id
    WHERE a.code = f.subject AND d.accepted
        AND NOT EXISTS (SELECT FROM funding_disbursement r WHERE r.replaces_id = d.id AND r.accepted)
) disbursed
CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE WHEN t.credit_id = f.id THEN t.amount_minor ELSE -t.amount_minor END), 0) AS minor
    FROM ledger_transfer t
    WHERE t.kind = 'explained' AND f.id IN (t.debit_id, t.credit_id) AND NOT starts_with(t.cause, 'disbursement:')
) explained
WHERE f.kind = 'fund' AND f.subject = ANY(%(agreements)s)
