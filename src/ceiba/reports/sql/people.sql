-- Whoever was paid out of the fund %(agreement)s within %(areas)s: months of work that something is paid for, and what.
WITH fund AS (
    SELECT id FROM ledger_account WHERE programme_id = %(programme)s AND kind = 'fund' AND subject = %(agreement)s
), moved AS (
    SELECT t.participant_id, t.for_month, t.amount_minor
    FROM fund f
    JOIN ledger_transfer t ON t.debit_id = f.id AND t.kind IN ('support', 'saving')
    LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    WHERE NOT t.pending OR s.posted
    UNION ALL
    SELECT t.participant_id, t.for_month, -t.amount_minor
    FROM fund f
    JOIN ledger_transfer t ON t.credit_id = f.id AND t.kind IN ('recovery', 'returned')
    LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    WHERE NOT t.pending OR s.posted
), work AS (
    SELECT participant_id, for_month, sum(amount_minor)::bigint AS amount_minor
    FROM moved WHERE participant_id IS NOT NULL GROUP BY participant_id, for_month
)
SELECT p.id AS participant_id, left(p.area_id, 5) AS department,
    count(*) FILTER (WHERE w.amount_minor > 0) AS months, sum(w.amount_minor)::bigint AS amount_minor
FROM work w JOIN registry_participant p ON p.id = w.participant_id
WHERE p.area_id ~ %(areas)s
GROUP BY p.id
HAVING bool_or(w.amount_minor > 0)
