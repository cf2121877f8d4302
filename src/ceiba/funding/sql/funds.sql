-- The funds of agreements %(agreements)s: what they hold, what is pending against them, what people explained to be
-- theirs without a disbursement; and, where %(counted)s, of how many people the pending is.
SELECT f.subject AS agreement, f.credits_posted - f.debits_posted AS balance_minor, f.debits_pending AS pending_minor,
    (SELECT coalesce(sum(t.amount_minor), 0)::bigint FROM ledger_transfer t
        WHERE t.credit_id = f.id AND t.kind = 'explained') AS explained_minor,
    (SELECT count(DISTINCT t.participant_id) FROM ledger_transfer t
        LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
        WHERE %(counted)s AND t.debit_id = f.id AND t.pending AND s.transfer_id IS NULL) AS pending_people
FROM ledger_account f
WHERE f.kind = 'fund' AND f.subject = ANY(%(agreements)s)
