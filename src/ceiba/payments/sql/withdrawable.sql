-- Withdrawals of a month (in the temporary table withdrawals_due) that nothing live pays, as lines to be claimed.
SELECT d.participant_id, %(component)s AS component, %(month)s::date AS for_month, d.amount_minor, p.area_id AS area,
    '' AS variant, (1 + coalesce(c.attempts, 0))::smallint AS attempt,
    (1 + coalesce(y.attempts, 0))::smallint AS payment_attempt
FROM withdrawals_due d
JOIN registry_participant p ON p.id = d.participant_id
LEFT JOIN (
    SELECT participant_id, max(attempt) AS attempts, bool_or(live) AS live
    FROM payments_claim
    WHERE programme_id = %(programme)s AND month = %(month)s AND component = %(component)s
    GROUP BY participant_id
) c ON c.participant_id = d.participant_id
LEFT JOIN (
    SELECT participant_id, max(attempt) AS attempts
    FROM payments_payment
    WHERE programme_id = %(programme)s AND month = %(month)s
    GROUP BY participant_id
) y ON y.participant_id = d.participant_id
WHERE p.area_id ~ %(areas)s AND c.live IS NOT TRUE
