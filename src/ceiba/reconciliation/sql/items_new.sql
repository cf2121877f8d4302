-- Which items are new, written down once they are there.
INSERT INTO reconciliation_itemnote (item_id, act, text, amount_minor, at)
SELECT i.id, 'found', '', i.amount_minor, %(at)s
FROM match_items t JOIN reconciliation_openitem i ON i.bank_account_id = %(account)s AND i.key = t.key
WHERE t.expected IS NULL AND NOT EXISTS (SELECT FROM reconciliation_itemnote n WHERE n.item_id = i.id)
