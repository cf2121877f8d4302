-- Recorded movements that are another booking's now, or nobody's: let go of before they are given anew.
UPDATE reconciliation_openitem i SET expected = '', state = 'open'
FROM match_items t
WHERE i.bank_account_id = %(account)s AND i.key = t.key AND i.expected <> ''
    AND i.expected IS DISTINCT FROM t.expected
