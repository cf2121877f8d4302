-- Each saver with a telephone within some areas: what they have at the end of a quarter, and what moved in it, by kind.
-- Withdrawals debit savings and whatever else moves them credits them: the routes of the ledger know no other.
SELECT p.phone, CASE WHEN p.language = 'en' THEN 'en' ELSE 'es' END AS language,
    (a.credits_posted - a.debits_posted - coalesce(m.later, 0))::bigint AS balance_minor,
    coalesce(m.saved, 0)::bigint AS saved_minor, coalesce(m.interest, 0)::bigint AS interest_minor,
    coalesce(m.withdrawn, 0)::bigint AS withdrawn_minor
FROM ledger_account a
JOIN registry_participant p ON p.id = a.participant_id
LEFT JOIN (
    SELECT CASE t.kind WHEN 'withdrawal' THEN t.debit_id ELSE t.credit_id END AS account_id,
        sum(side.moved_minor) FILTER (WHERE NOT of.within) AS later,
        sum(side.moved_minor) FILTER (WHERE of.within AND t.kind = 'saving') AS saved,
        sum(side.moved_minor) FILTER (WHERE of.within AND t.kind = 'interest') AS interest,
        -sum(side.moved_minor) FILTER (WHERE of.within AND t.kind IN ('withdrawal', 'returned')) AS withdrawn
    FROM ledger_transfer t
    LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    CROSS JOIN LATERAL (SELECT coalesce(s.settled_at, t.booked_at) < (%(until)s::date + 1)::timestamp AT TIME ZONE 'UTC')
        AS of (within)
    CROSS JOIN LATERAL (SELECT CASE t.kind WHEN 'withdrawal' THEN -t.amount_minor ELSE t.amount_minor END) AS side (moved_minor)
    WHERE (NOT t.pending OR s.posted) AND coalesce(s.settled_at, t.booked_at) >= %(since)s::timestamp AT TIME ZONE 'UTC'
        AND t.kind IN ('saving', 'interest', 'withdrawal', 'returned')
    GROUP BY 1
) m ON m.account_id = a.id
WHERE a.programme_id = %(programme)s AND a.kind = 'savings' AND a.currency = %(currency)s AND p.phone <> ''
    AND p.area_id ~ %(areas)s
    AND (a.credits_posted - a.debits_posted - coalesce(m.later, 0) <> 0 OR coalesce(m.saved, m.interest, m.withdrawn) <> 0)
ORDER BY p.id
