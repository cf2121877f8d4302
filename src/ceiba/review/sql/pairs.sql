-- Visits that were drawn (never those a reviewer asked for: they were chosen for a reason) and what the second one saw.
SELECT f.reporter AS technician, (f.body ->> 'plan_done')::integer AS first_done,
    (l.body ->> 'plan_done')::integer AS second_done
FROM review_secondvisit d
JOIN evidence_evidence f ON f.kind = 'visit' AND f.key = d.key
CROSS JOIN LATERAL (
    SELECT s.body FROM evidence_evidence s
    WHERE s.kind = 'second_visit' AND s.participant_id = d.participant_id AND s.month = d.month
        AND s.reporter <> f.reporter
    ORDER BY s.observed_at DESC, s.received_at DESC, s.key DESC LIMIT 1
) AS l
WHERE d.draw_id IS NOT NULL AND d.month BETWEEN %(since)s AND %(until)s
    AND EXISTS (SELECT FROM unnest(%(areas)s::text[]) AS area WHERE starts_with(f.area_code, area))
