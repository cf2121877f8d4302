-- Where the lines of a month's list are: paid, in a run, saved, or in none and why. What came last about a person
-- says why: a bank's refusal, a run that left them out, or their own hold, which is first of all.
WITH run AS (
    SELECT id, state FROM payments_paymentrun WHERE programme_id = %(programme)s AND month = %(month)s
), payment AS (
    SELECT y.id, y.participant_id, y.run_id, y.state FROM payments_payment y JOIN run ON run.id = y.run_id
), ends AS (
    SELECT DISTINCT ON (participant_id) participant_id, reason
    FROM (
        SELECT o.participant_id, o.run_id, o.reason
        FROM payments_leftout o JOIN run ON run.id = o.run_id
        WHERE run.state <> 'cancelled'
        UNION ALL
        SELECT y.participant_id, y.run_id, y.state
        FROM payment y
        WHERE y.state IN ('cancelled', 'rejected', 'returned')
    ) each_end
    ORDER BY participant_id, run_id DESC
)
SELECT placed.place, count(DISTINCT placed.participant_id)::bigint AS people, sum(placed.amount_minor)::bigint AS amount_minor
FROM (
    SELECT l.participant_id, l.amount_minor, CASE
        WHEN c.id IS NOT NULL THEN coalesce(y.state, 'saved')
        WHEN h.id IS NOT NULL THEN 'held'
        ELSE coalesce(e.reason, 'no_run')
    END AS place
    FROM payments_paymentline l
    JOIN registry_participant p ON p.id = l.participant_id
    LEFT JOIN payments_claim c ON c.live AND c.programme_id = l.programme_id AND c.month = l.month
        AND c.participant_id = l.participant_id AND c.for_month = l.for_month AND c.component = l.component
    LEFT JOIN payment y ON y.id = c.payment_id
    LEFT JOIN payments_hold h ON h.programme_id = l.programme_id AND h.participant_id = l.participant_id
        AND h.lifted_at IS NULL
    LEFT JOIN ends e ON e.participant_id = l.participant_id
    WHERE l.programme_id = %(programme)s AND l.month = %(month)s AND p.area_id ~ %(areas)s
) placed
GROUP BY placed.place
