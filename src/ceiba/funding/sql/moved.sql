-- What moved between the fund %(agreement)s of %(programme)s and people: paid to them, or (negative) come back; and what
-- is ordered and nobody has answered yet (`waiting`). What the bank refused never moved.
WITH fund AS (
    SELECT id FROM ledger_account WHERE programme_id = %(programme)s AND kind = 'fund' AND subject = %(agreement)s
), booked AS (
    SELECT t.id, t.pending, t.participant_id, t.month, t.for_month, t.component, t.amount_minor
    FROM fund JOIN ledger_transfer t ON t.debit_id = fund.id
    WHERE t.kind IN ('support', 'saving', 'recovery', 'returned')
    UNION ALL
    SELECT t.id, t.pending, t.participant_id, t.month, t.for_month, t.component, -t.amount_minor
    FROM fund JOIN ledger_transfer t ON t.credit_id = fund.id
    WHERE t.kind IN ('support', 'saving', 'recovery', 'returned')
)
SELECT b.participant_id, b.month, b.for_month, coalesce(b.component, '') AS component, b.amount_minor,
    b.pending AND s.transfer_id IS NULL AS waiting
FROM booked b LEFT JOIN ledger_settlement s ON s.transfer_id = b.id
WHERE b.participant_id IS NOT NULL AND (NOT b.pending OR s.transfer_id IS NULL OR s.posted)
