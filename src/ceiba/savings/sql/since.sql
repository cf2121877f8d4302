-- What moved on people's savings from a day on, by day (UTC), and (on: null) what each has now. One snapshot.
SELECT a.participant_id, NULL::date AS "on", a.credits_posted - a.debits_posted AS moved_minor
FROM ledger_account a
WHERE a.programme_id = %(programme)s AND a.kind = 'savings' AND a.currency = %(currency)s
UNION ALL
SELECT a.participant_id, m.on, sum(m.moved_minor)::bigint
FROM ledger_account a
JOIN (
    SELECT side.account_id, (coalesce(s.settled_at, t.booked_at) AT TIME ZONE 'UTC')::date AS "on", side.moved_minor
    FROM ledger_transfer t
    LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    CROSS JOIN LATERAL (VALUES (t.credit_id, t.amount_minor), (t.debit_id, -t.amount_minor)) AS side (account_id, moved_minor)
    WHERE (NOT t.pending OR s.posted) AND coalesce(s.settled_at, t.booked_at) >= %(since)s::timestamp AT TIME ZONE 'UTC'
        AND t.kind IN ('saving', 'interest', 'withdrawal', 'returned')
) m ON m.account_id = a.id
WHERE a.programme_id = %(programme)s AND a.kind = 'savings' AND a.currency = %(currency)s
GROUP BY a.participant_id, m.on
