-- Bookings of none of our payments that nobody has explained: what may be a recorded movement, matched before or not.
SELECT i.key, i.kind, i.direction, i.amount_minor, i.currency, nullif(i.end_to_end_id, '') AS end_to_end_id,
    nullif(i.message, '') AS message, nullif(i.batch, '') AS batch, nullif(i.entry, '') AS entry,
    NULL::text AS own_account, i.booked_on, nullif(i.reference, '') AS reference
FROM reconciliation_openitem i
WHERE i.bank_account_id = %(account)s AND i.found AND i.kind = ANY (%(loose)s) AND i.participant_id IS NULL
    AND i.explained_minor = 0
