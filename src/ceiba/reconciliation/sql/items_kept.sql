-- What is open, found again or for the first time. Another amount, or being found again, opens an item anew; what is
-- matched with a recorded movement leaves nothing open.
INSERT INTO reconciliation_openitem AS i (bank_account_id, key, kind, direction, amount_minor, currency, end_to_end_id,
    message, batch, entry, reference, booked_on, expected, participant_id, area_code, state, found, suspended_minor,
    explained_minor, found_at)
SELECT %(account)s, key, kind, direction, amount_minor, currency, coalesce(end_to_end_id, ''), coalesce(message, ''),
    coalesce(batch, ''), coalesce(entry, ''), coalesce(reference, ''), booked_on, coalesce(expected, ''), participant_id,
    coalesce(area, ''), CASE WHEN expected IS NULL THEN 'open' ELSE 'matched' END, true, suspended_minor, 0, %(at)s
FROM match_items
ON CONFLICT (bank_account_id, key) DO UPDATE SET
    kind = excluded.kind, direction = excluded.direction, amount_minor = excluded.amount_minor, found = true,
    suspended_minor = excluded.suspended_minor, booked_on = excluded.booked_on, expected = excluded.expected,
    state = CASE
        WHEN excluded.expected <> '' THEN 'matched'
        WHEN i.found AND i.amount_minor = excluded.amount_minor AND i.suspended_minor = excluded.suspended_minor
        THEN i.state ELSE 'open' END
