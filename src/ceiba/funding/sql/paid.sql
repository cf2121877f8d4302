-- What people were paid, less what came back, by area, and by area and component (null: all of them). A month of work
-- counts while something is paid for it.
WITH work AS (
    SELECT participant_id, for_month, component, sum(amount_minor) AS amount_minor
    FROM moved WHERE NOT waiting
    GROUP BY participant_id, for_month, component
), person AS (
    SELECT participant_id, component, count(*) FILTER (WHERE amount_minor > 0) AS months, sum(amount_minor) AS amount_minor
    FROM work GROUP BY participant_id, component
    UNION ALL
    SELECT participant_id, NULL, count(*) FILTER (WHERE counts), sum(amount_minor)
    FROM (
        SELECT participant_id, bool_or(amount_minor > 0) AS counts, sum(amount_minor) AS amount_minor
        FROM work GROUP BY participant_id, for_month
    ) each_month
    GROUP BY participant_id
)
SELECT p.area_id AS area, person.component, count(*) FILTER (WHERE person.months > 0) AS people,
    sum(person.months)::bigint AS months, sum(person.amount_minor)::bigint AS amount_minor
FROM person JOIN registry_participant p ON p.id = person.participant_id
GROUP BY p.area_id, person.component
