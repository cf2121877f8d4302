-- What people explained to be a funder's money (more), or to have gone back to the funder (less), without a disbursement.
SELECT f.subject AS agreement, t.id::text AS ref, 'receipt' AS kind, (t.booked_at AT TIME ZONE 'UTC')::date AS date,
    CASE WHEN t.credit_id = f.id THEN t.amount_minor ELSE -t.amount_minor END AS amount_minor
FROM ledger_account f
JOIN ledger_transfer t ON t.kind = 'explained' AND f.id IN (t.debit_id, t.credit_id)
WHERE f.programme_id = %(programme)s AND f.kind = 'fund' AND NOT starts_with(t.cause, 'disbursement:')
