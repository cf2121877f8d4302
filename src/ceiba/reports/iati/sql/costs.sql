-- What banks took out of funds, by month.
SELECT fund.subject AS agreement, date_trunc('month', coalesce(s.settled_at, t.booked_at))::date AS month,
       sum(t.amount_minor)::bigint AS amount_minor
FROM ledger_transfer t
JOIN ledger_account fund ON fund.id = t.debit_id
LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
WHERE fund.programme_id = %(programme)s AND fund.kind = 'fund' AND t.kind = 'charge' AND (NOT t.pending OR s.posted)
GROUP BY 1, 2
