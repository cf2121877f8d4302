-- Whoever was paid: months of work that something is paid for, and what; and of those active in %(decided)s, their
-- land and trees as that month was decided.
WITH work AS (
    SELECT participant_id, for_month, sum(amount_minor) AS amount_minor
    FROM moved WHERE NOT waiting GROUP BY participant_id, for_month
), person AS (
    SELECT participant_id, count(*) FILTER (WHERE amount_minor > 0) AS months, sum(amount_minor)::bigint AS amount_minor
    FROM work GROUP BY participant_id
    HAVING bool_or(amount_minor > 0)
)
SELECT p.id AS participant_id, p.area_id AS area, person.months, person.amount_minor,
    f.participant_id IS NOT NULL AS active, f.plot_measured_m2, f.plot_overlap_m2,
    f.plants_planted AS planted, f.survival_sampled AS sampled, f.survival_alive AS alive
FROM person JOIN registry_participant p ON p.id = person.participant_id
LEFT JOIN facts_monthfacts f
    ON f.programme_id = %(programme)s AND f.month = %(decided)s AND f.participant_id = p.id AND f.revision = 0
