-- The parts of payment lines that the fund %(agreement)s paid in %(department)s within %(areas)s, alike ones together.
WITH fund AS (
    SELECT id FROM ledger_account WHERE programme_id = %(programme)s AND kind = 'fund' AND subject = %(agreement)s
), moved AS (
    SELECT t.participant_id, t.month, t.for_month, t.component, t.amount_minor
    FROM fund f
    JOIN ledger_transfer t ON t.debit_id = f.id AND t.kind IN ('support', 'saving')
    LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    WHERE NOT t.pending OR s.posted
    UNION ALL
    SELECT t.participant_id, t.month, t.for_month, t.component, -t.amount_minor
    FROM fund f
    JOIN ledger_transfer t ON t.credit_id = f.id AND t.kind IN ('recovery', 'returned')
    LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    WHERE NOT t.pending OR s.posted
)
SELECT m.month, m.for_month, m.component, m.amount_minor AS each_minor, count(*) AS lines,
    count(DISTINCT m.participant_id) AS people
FROM moved m JOIN registry_participant p ON p.id = m.participant_id
WHERE left(p.area_id, 5) = %(department)s AND p.area_id ~ %(areas)s
GROUP BY m.month, m.for_month, m.component, m.amount_minor
