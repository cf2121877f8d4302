-- What people were paid out of the funds %(agreements)s of %(programme)s in each month of payment, within %(areas)s.
WITH fund AS (
    SELECT id, subject FROM ledger_account
    WHERE programme_id = %(programme)s AND kind = 'fund' AND subject = ANY(%(agreements)s)
), moved AS (
    SELECT f.subject, t.participant_id, t.month, t.amount_minor
    FROM fund f
    JOIN ledger_transfer t ON t.debit_id = f.id AND t.kind IN ('support', 'saving')
    LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    WHERE NOT t.pending OR s.posted
    UNION ALL
    SELECT f.subject, t.participant_id, t.month, -t.amount_minor
    FROM fund f
    JOIN ledger_transfer t ON t.credit_id = f.id AND t.kind IN ('recovery', 'returned')
    LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    WHERE NOT t.pending OR s.posted
)
SELECT m.subject AS agreement, m.month, count(DISTINCT m.participant_id) AS people, sum(m.amount_minor)::bigint AS amount_minor
FROM moved m JOIN registry_participant p ON p.id = m.participant_id
WHERE p.area_id ~ %(areas)s AND m.month IS NOT NULL
GROUP BY m.subject, m.month
