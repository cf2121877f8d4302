-- Whose land and which municipality each submission of tray_batch should be at; land, where what it gives is of land.
SELECT t.submission_id, t.participant_id, st.plot_code, p.area_id AS area,
    EXISTS (
        SELECT FROM evidence_evidence e
        WHERE e.submission_id = t.submission_id
            AND e.kind IN ('visit', 'planting', 'survival', 'land_check', 'plot_walk', 'harvest', 'incident')
    ) AS on_land
FROM tray_batch b
JOIN review_intray t ON t.submission_id = b.id
JOIN submissions_standing st ON st.submission_id = b.id
JOIN registry_participant p ON p.id = t.participant_id
WHERE t.lon IS NOT NULL
