-- What each savings account has now (on: null), and what moved on any account by transfers of savings from a day on, by day
-- (UTC; participant_id: null). One snapshot. The two are joined by whoever reads them: without fresh statistics the planner
-- takes all savers for one, and looks through all transfers for each of them.
SELECT a.id AS account_id, a.participant_id, NULL::date AS "on", a.credits_posted - a.debits_posted AS moved_minor
FROM ledger_account a
WHERE a.programme_id = %(programme)s AND a.kind = 'savings' AND a.currency = %(currency)s
UNION ALL
SELECT side.account_id, NULL, (t.at AT TIME ZONE 'UTC')::date, sum(side.moved_minor)::bigint
FROM (
    SELECT t.kind, t.currency, t.credit_id, t.debit_id, t.amount_minor, s.settled_at AS at
    FROM ledger_settlement s JOIN ledger_transfer t ON t.id = s.transfer_id
    WHERE s.posted AND s.settled_at >= %(since)s::timestamp AT TIME ZONE 'UTC'
    UNION ALL
    SELECT kind, currency, credit_id, debit_id, amount_minor, booked_at
    FROM ledger_transfer WHERE NOT pending AND booked_at >= %(since)s::timestamp AT TIME ZONE 'UTC'
) t
CROSS JOIN LATERAL (VALUES (t.credit_id, t.amount_minor), (t.debit_id, -t.amount_minor)) AS side (account_id, moved_minor)
WHERE t.kind IN ('saving', 'interest', 'withdrawal', 'returned') AND t.currency = %(currency)s
GROUP BY 1, 3
