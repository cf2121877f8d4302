-- What funds paid people, less what came back, in the month the money moved: agreement, component, department.
-- A person's place is that of the month's determination, so that who moves house moves no money of the past.
WITH moved AS (
    SELECT fund.subject AS agreement, t.component, t.month, t.participant_id,
           date_trunc('month', coalesce(s.settled_at, t.booked_at))::date AS moved_in,
           CASE WHEN fund.id = t.debit_id THEN t.amount_minor ELSE -t.amount_minor END AS amount_minor
    FROM ledger_transfer t
    JOIN ledger_account fund ON fund.id IN (t.debit_id, t.credit_id)
    LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
    WHERE fund.programme_id = %(programme)s AND fund.kind = 'fund'
      AND t.kind IN ('support', 'saving', 'recovery', 'returned')
      AND (NOT t.pending OR s.posted)
)
SELECT moved.agreement, moved.component, moved.moved_in AS month, left(place.area, 2) AS country,
       left(place.area, 5) AS area, count(DISTINCT moved.participant_id) AS people,
       sum(moved.amount_minor)::bigint AS amount_minor
FROM moved
JOIN registry_participant p ON p.id = moved.participant_id
LEFT JOIN determinations_determination d
    ON d.programme_id = %(programme)s AND d.month = moved.month AND d.participant_id = p.id AND d.revision = 0
CROSS JOIN LATERAL (SELECT coalesce(d.area_code, p.area_id) AS area) place
GROUP BY 1, 2, 3, 4, 5
