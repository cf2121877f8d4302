-- The photos that may be the same as, or like, those in photo_probe (sha256, band, value): by bytes or by a band.
WITH alike AS (
    SELECT sha256 FROM photo_probe
    UNION
    SELECT p.sha256 FROM photo_probe q JOIN review_photo p ON q.band = 0 AND p.band_0 = q.value AND p.phash IS NOT NULL
    UNION
    SELECT p.sha256 FROM photo_probe q JOIN review_photo p ON q.band = 1 AND p.band_1 = q.value AND p.phash IS NOT NULL
    UNION
    SELECT p.sha256 FROM photo_probe q JOIN review_photo p ON q.band = 2 AND p.band_2 = q.value AND p.phash IS NOT NULL
    UNION
    SELECT p.sha256 FROM photo_probe q JOIN review_photo p ON q.band = 3 AND p.band_3 = q.value AND p.phash IS NOT NULL
)
SELECT a.submission_id, t.family, a.sha256, p.phash
FROM alike
JOIN review_photo p ON p.sha256 = alike.sha256 AND p.fault = ''
JOIN submissions_attachment a ON a.sha256 = alike.sha256
JOIN review_intray t ON t.submission_id = a.submission_id
GROUP BY a.submission_id, t.family, a.sha256, p.phash
