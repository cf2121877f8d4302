-- Every count of a month that a technician made, in the areas given.
SELECT e.reporter AS technician, (c.value)::integer AS count,
    CASE WHEN c.key = 'plan_done' THEN (e.body ->> 'plan_due')::integer END AS due
FROM evidence_evidence e
CROSS JOIN LATERAL jsonb_each_text(e.body) AS c
WHERE e.kind IN ('visit', 'planting', 'survival') AND e.month = %(month)s AND e.reporter <> ''
    AND c.key IN ('plan_done', 'plants', 'alive')
    AND EXISTS (SELECT FROM unnest(%(areas)s::text[]) AS area WHERE starts_with(e.area_code, area))
