-- Accounts whose four sums are not what their transfers and settlements add up to. There are none, or a guard failed.
-- Each side by itself: how many accounts a column names the planner knows, of a row of both sides it takes them for two.
WITH debits AS (
    SELECT t.debit_id AS account_id,
        sum(t.amount_minor) FILTER (WHERE NOT t.pending OR s.posted) AS posted,
        sum(t.amount_minor) FILTER (WHERE t.pending AND s.transfer_id IS NULL) AS pending
    FROM ledger_transfer t LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    GROUP BY t.debit_id
), credits AS (
    SELECT t.credit_id AS account_id,
        sum(t.amount_minor) FILTER (WHERE NOT t.pending OR s.posted) AS posted,
        sum(t.amount_minor) FILTER (WHERE t.pending AND s.transfer_id IS NULL) AS pending
    FROM ledger_transfer t LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    GROUP BY t.credit_id
)
SELECT a.code
FROM ledger_account a
LEFT JOIN debits d ON d.account_id = a.id
LEFT JOIN credits c ON c.account_id = a.id
WHERE a.programme_id = %(programme)s
    AND (a.debits_posted, a.credits_posted, a.debits_pending, a.credits_pending) <> (
        coalesce(d.posted, 0), coalesce(c.posted, 0), coalesce(d.pending, 0), coalesce(c.pending, 0)
    )
ORDER BY a.code
