-- Who was paid in which year: money that arrived and did not come back.
SELECT t.participant_id, extract(year FROM coalesce(s.settled_at, t.booked_at))::integer AS year
FROM ledger_transfer t
JOIN ledger_account fund ON fund.id IN (t.debit_id, t.credit_id)
LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
WHERE fund.programme_id = %(programme)s AND fund.kind = 'fund' AND t.kind IN ('support', 'saving', 'recovery', 'returned')
  AND (NOT t.pending OR s.posted)
GROUP BY 1, 2
HAVING sum(CASE WHEN fund.id = t.debit_id THEN t.amount_minor ELSE -t.amount_minor END) > 0
