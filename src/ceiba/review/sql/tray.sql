-- One row in the tray for each submission of tray_batch, as it stands now. What a person decided, and the flags, stay.
-- `family` is the first of those that replace each other, as far as they have come.
WITH sender AS (
    SELECT u.id, u.code,
        coalesce(
            (SELECT t.area_id FROM registry_technician t WHERE t.code = u.code),
            (SELECT min(a.area_code) FROM accounts_areascope a WHERE a.user_id = u.id),
            ''
        ) AS area_code
    FROM accounts_user u
    WHERE u.id IN (SELECT s.user_id FROM tray_batch b JOIN submissions_submission s ON s.id = b.id)
)
INSERT INTO review_intray AS t (
    submission_id, family, is_replaced, form_code, state, user_id, technician, participant_id, area_code, month,
    received_at, observed_at, phone, lon, lat, flags, decision
)
SELECT s.id, coalesce(r.instance_id, nullif(s.deprecated_id, ''), s.instance_id),
    EXISTS (SELECT FROM submissions_submission e WHERE e.deprecated_id = s.instance_id AND e.deprecated_id <> ''),
    s.form_code, st.state, s.user_id, coalesce(u.code, ''), st.participant_id,
    coalesce(p.area_id, nullif(st.area_code, ''), u.area_code, ''), st.month,
    s.received_at, st.observed_at, b.phone, st.lon, st.lat, '{}', ''
FROM tray_batch b
JOIN submissions_submission s ON s.id = b.id
JOIN submissions_standing st ON st.submission_id = s.id
LEFT JOIN submissions_submission r ON r.id = st.root_id
LEFT JOIN sender u ON u.id = s.user_id
LEFT JOIN registry_participant p ON p.id = st.participant_id
WHERE st.state <> 'erased'
ON CONFLICT (submission_id) DO UPDATE SET
    family = excluded.family, is_replaced = excluded.is_replaced, state = excluded.state,
    participant_id = excluded.participant_id, area_code = excluded.area_code, month = excluded.month,
    observed_at = excluded.observed_at, phone = excluded.phone, lon = excluded.lon, lat = excluded.lat
