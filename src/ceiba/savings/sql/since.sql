-- What moved on people's savings from a day on, by day (UTC), and (on: null) what each has now. One snapshot.
SELECT a.participant_id, NULL::date AS "on", a.credits_posted - a.debits_posted AS moved_minor
FROM ledger_account a
WHERE a.programme_id = %(programme)s AND a.kind = 'savings' AND a.currency = %(currency)s
UNION ALL
SELECT a.participant_id, m.on, sum(m.moved_minor)::bigint
FROM ledger_account a
JOIN (
    SELECT side.account_id, (t.at AT TIME ZONE 'UTC')::date AS "on", side.moved_minor
    FROM (
        SELECT t.kind, t.credit_id, t.debit_id, t.amount_minor, s.settled_at AS at
        FROM ledger_settlement s JOIN ledger_transfer t ON t.id = s.transfer_id
        WHERE s.posted AND s.settled_at >= %(since)s::timestamp AT TIME ZONE 'UTC'
        UNION ALL
        SELECT kind, credit_id, debit_id, amount_minor, booked_at
        FROM ledger_transfer WHERE NOT pending AND booked_at >= %(since)s::timestamp AT TIME ZONE 'UTC'
    ) t
    CROSS JOIN LATERAL (VALUES (t.credit_id, t.amount_minor), (t.debit_id, -t.amount_minor)) AS side (account_id, moved_minor)
    WHERE t.kind IN ('saving', 'interest', 'withdrawal', 'returned')
) m ON m.account_id = a.id
WHERE a.programme_id = %(programme)s AND a.kind = 'savings' AND a.currency = %(currency)s
GROUP BY a.participant_id, m.on
