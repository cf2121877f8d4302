-- Which items are bookings of recorded movements, each told once.
INSERT INTO reconciliation_itemnote (item_id, act, text, amount_minor, at)
SELECT i.id, 'matched', i.expected, i.amount_minor, %(at)s
FROM match_items t JOIN reconciliation_openitem i ON i.bank_account_id = %(account)s AND i.key = t.key
WHERE t.expected IS NOT NULL AND NOT EXISTS (
    SELECT FROM reconciliation_itemnote n WHERE n.item_id = i.id AND n.act = 'matched' AND n.text = i.expected
)
