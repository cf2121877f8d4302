-- What is open, found again or for the first time. Another amount, or being found again, opens an item anew.
INSERT INTO reconciliation_openitem AS i (bank_account_id, key, kind, direction, amount_minor, currency, end_to_end_id,
    message, batch, entry, booked_on, participant_id, area_code, state, found, suspended_minor, explained_minor, found_at)
SELECT %(account)s, key, kind, direction, amount_minor, currency, coalesce(end_to_end_id, ''), coalesce(message, ''),
    coalesce(batch, ''), coalesce(entry, ''), booked_on, participant_id, coalesce(area, ''), 'open', true,
    suspended_minor, 0, %(at)s
FROM match_items
ON CONFLICT (bank_account_id, key) DO UPDATE SET
    kind = excluded.kind, direction = excluded.direction, amount_minor = excluded.amount_minor, found = true,
    suspended_minor = excluded.suspended_minor, booked_on = excluded.booked_on,
    state = CASE
        WHEN i.found AND i.amount_minor = excluded.amount_minor AND i.suspended_minor = excluded.suspended_minor
        THEN i.state ELSE 'open' END
