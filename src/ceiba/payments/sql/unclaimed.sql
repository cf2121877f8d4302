-- Lines of a month that nothing live pays, in some areas, with how often they and their people were tried before.
SELECT l.participant_id, l.component, l.for_month, l.amount_minor, p.area_id AS area, f.variant,
    (1 + coalesce(c.attempts, 0))::smallint AS attempt, (1 + coalesce(y.attempts, 0))::smallint AS payment_attempt
FROM payments_paymentline l
JOIN registry_participant p ON p.id = l.participant_id
JOIN facts_monthfacts f
    ON f.programme_id = l.programme_id AND f.month = l.for_month AND f.participant_id = l.participant_id AND f.revision = 0
LEFT JOIN (
    SELECT participant_id, for_month, component, max(attempt) AS attempts, bool_or(live) AS live
    FROM payments_claim
    WHERE programme_id = %(programme)s AND month = %(month)s
    GROUP BY participant_id, for_month, component
) c ON c.participant_id = l.participant_id AND c.for_month = l.for_month AND c.component = l.component
LEFT JOIN (
    SELECT participant_id, max(attempt) AS attempts
    FROM payments_payment
    WHERE programme_id = %(programme)s AND month = %(month)s
    GROUP BY participant_id
) y ON y.participant_id = l.participant_id
WHERE l.programme_id = %(programme)s AND l.month = %(month)s AND p.area_id ~ %(areas)s AND c.live IS NOT TRUE
