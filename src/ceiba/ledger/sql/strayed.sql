-- Accounts whose four sums are not what their transfers and settlements add up to. There are none, or a guard failed.
WITH moved AS (
    SELECT side.account_id,
        sum(t.amount_minor) FILTER (WHERE side.debit AND (NOT t.pending OR s.posted)) AS debits_posted,
        sum(t.amount_minor) FILTER (WHERE NOT side.debit AND (NOT t.pending OR s.posted)) AS credits_posted,
        sum(t.amount_minor) FILTER (WHERE side.debit AND t.pending AND s.transfer_id IS NULL) AS debits_pending,
        sum(t.amount_minor) FILTER (WHERE NOT side.debit AND t.pending AND s.transfer_id IS NULL) AS credits_pending
    FROM ledger_transfer t
    LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    CROSS JOIN LATERAL (VALUES (t.debit_id, true), (t.credit_id, false)) AS side (account_id, debit)
    GROUP BY side.account_id
)
SELECT a.code
FROM ledger_account a LEFT JOIN moved m ON m.account_id = a.id
WHERE a.programme_id = %(programme)s
    AND (a.debits_posted, a.credits_posted, a.debits_pending, a.credits_pending) <> (
        coalesce(m.debits_posted, 0), coalesce(m.credits_posted, 0),
        coalesce(m.debits_pending, 0), coalesce(m.credits_pending, 0)
    )
ORDER BY a.code
