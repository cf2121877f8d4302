-- What the submissions of tray_batch replace is no longer the last word.
UPDATE review_intray SET is_replaced = true
FROM submissions_submission old
JOIN submissions_submission new ON new.deprecated_id = old.instance_id AND new.deprecated_id <> ''
JOIN tray_batch b ON b.id = new.id
WHERE review_intray.submission_id = old.id AND NOT review_intray.is_replaced
