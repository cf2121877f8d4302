-- CTEs: what went out of the funds %(agreements)s of %(programme)s to people, less what came back, as far as it is settled.
fund AS (
    SELECT id, subject FROM ledger_account
    WHERE programme_id = %(programme)s AND kind = 'fund' AND subject = ANY(%(agreements)s)
), moved AS (
    SELECT f.subject, t.participant_id, t.month, t.for_month, t.component, t.amount_minor
    FROM fund f
    JOIN ledger_transfer t ON t.debit_id = f.id AND t.kind IN ('support', 'saving')
    LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    WHERE NOT t.pending OR s.posted
    UNION ALL
    SELECT f.subject, t.participant_id, t.month, t.for_month, t.component, -t.amount_minor
    FROM fund f
    JOIN ledger_transfer t ON t.credit_id = f.id AND t.kind IN ('recovery', 'returned')
    LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    WHERE NOT t.pending OR s.posted
)
