-- The items of what was matched that are not found any more; those of what is expected are found anew each time.
SELECT i.id, i.key, i.suspended_minor
FROM reconciliation_openitem i
WHERE i.bank_account_id = %(account)s AND i.found
    AND NOT EXISTS (SELECT FROM match_items t WHERE t.key = i.key)
    AND (
        i.kind IN ('differs', 'unseen')
        OR (i.key NOT LIKE 'entry:%%' AND i.message IN (SELECT message FROM match_messages))
        OR (i.key LIKE 'entry:%%' AND i.end_to_end_id IN (SELECT end_to_end_id FROM match_payments))
    )
