-- What changed about items, written down before it is changed.
INSERT INTO reconciliation_itemnote (item_id, act, text, amount_minor, at)
SELECT i.id, CASE WHEN i.found THEN 'changed' ELSE 'found' END, '', t.amount_minor, %(at)s
FROM match_items t JOIN reconciliation_openitem i ON i.bank_account_id = %(account)s AND i.key = t.key
WHERE t.expected IS NULL AND (NOT i.found OR i.amount_minor <> t.amount_minor OR i.state = 'matched')
