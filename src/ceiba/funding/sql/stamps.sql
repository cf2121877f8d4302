-- How the funds of agreements %(agreements)s stand: every booking and every settlement on one makes another version of
-- its row, so that what was counted under a stamp is so for as long as the stamp is.
SELECT f.subject AS agreement, concat_ws(':', f.xmin, f.debits_posted, f.credits_posted, f.debits_pending, f.credits_pending) AS stamp
FROM ledger_account f
WHERE f.kind = 'fund' AND f.subject = ANY(%(agreements)s)
