-- The photos of the submissions of tray_batch that could be read.
SELECT a.submission_id, t.family, a.sha256, p.phash
FROM tray_batch b
JOIN submissions_attachment a ON a.submission_id = b.id
JOIN review_intray t ON t.submission_id = a.submission_id
JOIN review_photo p ON p.sha256 = a.sha256 AND p.fault = ''
GROUP BY a.submission_id, t.family, a.sha256, p.phash
