-- What a run pays. Neither how a payment stands nor whether a claim is still live is in it: both rightly change.
SELECT p.code AS participant, paid.payment, paid.account, paid.payment_minor, paid.component, paid.for_month,
    paid.line_minor
FROM (
    SELECT coalesce(o.participant_id, c.participant_id) AS participant_id, coalesce(o.id, c.payment_id)::text AS payment,
        o.account_id AS account, o.amount_minor AS payment_minor, c.component, c.for_month,
        c.amount_minor AS line_minor
    FROM (SELECT * FROM payments_payment WHERE run_id = %(run)s) o
    FULL JOIN (SELECT * FROM payments_claim WHERE run_id = %(run)s) c ON c.payment_id = o.id
) paid
JOIN registry_participant p ON p.id = paid.participant_id
