-- All that was ever said of the payments and messages to match, and the bookings that are new and of none of them.
-- What is new is read once, whatever it is of; what was said before, by the payments.
SELECT e.entry, e.said, e.end_to_end_id, e.message, e.batch, e.amount_minor, e.currency, e.credit, e.own_account,
    e.booked, e.stated, e.booked_on, e.reference, e.reason, e.text
FROM reconciliation_bankentry e
WHERE e.bank_account_id = %(account)s AND e.file_id > %(after)s AND (
    e.booked OR e.payment IN (SELECT payment_id::uuid FROM match_payments)
    OR e.payment IS NULL AND (
        e.batch IN (SELECT message FROM match_messages) OR e.message IN (SELECT message FROM match_messages)
    )
)
UNION ALL
SELECT e.entry, e.said, e.end_to_end_id, e.message, e.batch, e.amount_minor, e.currency, e.credit, e.own_account,
    e.booked, e.stated, e.booked_on, e.reference, e.reason, e.text
FROM match_payments m JOIN reconciliation_bankentry e ON e.payment = m.payment_id::uuid
WHERE e.bank_account_id = %(account)s AND e.file_id <= %(after)s
UNION ALL
SELECT e.entry, e.said, e.end_to_end_id, e.message, e.batch, e.amount_minor, e.currency, e.credit, e.own_account,
    e.booked, e.stated, e.booked_on, e.reference, e.reason, e.text
FROM reconciliation_bankentry e
WHERE e.bank_account_id = %(account)s AND e.file_id <= %(after)s AND e.payment IS NULL AND (
    e.batch IN (SELECT message FROM match_messages) OR e.message IN (SELECT message FROM match_messages)
)
