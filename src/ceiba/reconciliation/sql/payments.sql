-- The payments of the messages to match. One that was cancelled was never given to the bank;
-- of a run that is sent a file may be at the bank, though a crash kept us from writing down when.
SELECT p.id AS payment_id, p.amount_minor, r.currency, f.message,
    CASE WHEN p.state <> 'cancelled' AND r.state IN ('sent', 'closed') THEN coalesce(f.sent_at, f.written_at)::date END AS sent_on,
    (greatest(r.execute_on, f.sent_at::date) + %(days)s) AS answer_due_on,
    p.state IN ('rejected', 'returned') AS let_go, p.state, p.run_id, p.month, p.participant_id, a.area_id AS area
FROM match_messages m
JOIN payments_paymentfile f ON f.message = m.message
JOIN payments_paymentrun r ON r.id = f.run_id
JOIN payments_payment p ON p.run_id = f.run_id AND p.part = f.part
JOIN registry_participant a ON a.id = p.participant_id
WHERE p.amount_minor > 0
