-- Whoever was paid out of the funds %(agreements)s of %(programme)s within %(areas)s: months of work that are paid, and what.
WITH {moved}, work AS (
    SELECT participant_id, for_month, sum(amount_minor)::bigint AS amount_minor
    FROM moved WHERE participant_id IS NOT NULL GROUP BY participant_id, for_month
)
SELECT p.id AS participant_id, left(p.area_id, 5) AS department,
    count(*) FILTER (WHERE w.amount_minor > 0) AS months, sum(w.amount_minor)::bigint AS amount_minor
FROM work w JOIN registry_participant p ON p.id = w.participant_id
WHERE p.area_id ~ %(areas)s
GROUP BY p.id
HAVING bool_or(w.amount_minor > 0)
