-- What a part of a file says that none has said before.
INSERT INTO reconciliation_bankentry (content, file_id, bank_account_id, payment, entry, said, end_to_end_id,
    message, batch, amount_minor, currency, credit, own_account, booked, stated, booked_on, reference, reason, text)
SELECT content::uuid, %(file)s, %(account)s, payment::uuid, entry, said, end_to_end_id,
    message, batch, amount_minor, currency, credit, own_account, booked, stated, booked_on, reference, reason, text
FROM bank_entries_read
ON CONFLICT DO NOTHING
