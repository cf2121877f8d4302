-- Whether something of a person's lists or orders is not settled: an order that no bank has answered for good, or a line
-- that nothing live pays, of a programme that pays by runs.
SELECT EXISTS (
    SELECT FROM payments_payment WHERE participant_id = %(participant)s AND state = 'ordered'
) OR EXISTS (
    SELECT FROM payments_paymentline l
    WHERE l.participant_id = %(participant)s
        AND EXISTS (SELECT FROM payments_paymentrun r WHERE r.programme_id = l.programme_id AND r.state <> 'cancelled')
        AND NOT EXISTS (
            SELECT FROM payments_claim c WHERE c.live AND c.programme_id = l.programme_id AND c.month = l.month
                AND c.participant_id = l.participant_id AND c.for_month = l.for_month AND c.component = l.component
        )
) AS unsettled
