-- What moved until a day (UTC) on the bank accounts that hold savings and their clearing, by kind: towards what is there
-- for the savers. What was ordered and not booked yet has left them already.
SELECT t.kind, a.kind AS account, sum(side.moved_minor)::bigint AS moved_minor
FROM ledger_account a
JOIN ledger_bankaccount b ON b.code = a.subject AND b.holds_savings AND b.programme_id = a.programme_id
JOIN ledger_transfer t ON t.debit_id = a.id OR t.credit_id = a.id
LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
CROSS JOIN LATERAL (VALUES (t.debit_id, t.amount_minor), (t.credit_id, -t.amount_minor)) AS side (account_id, moved_minor)
WHERE a.programme_id = %(programme)s AND a.currency = %(currency)s AND a.kind IN ('bank', 'clearing')
    AND side.account_id = a.id AND (NOT t.pending OR s.posted)
    AND coalesce(s.settled_at, t.booked_at) < (%(until)s::date + 1)::timestamp AT TIME ZONE 'UTC'
GROUP BY t.kind, a.kind
ORDER BY t.kind, a.kind
