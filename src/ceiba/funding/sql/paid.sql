-- What people were paid out of the funds %(agreements)s of %(programme)s, less what came back, within %(areas)s: in all,
-- by component, by department and by both (null: all of them). A month of work counts while something is paid for it.
WITH {moved}, work AS (
    SELECT m.subject, m.participant_id, m.for_month, m.component, left(p.area_id, 5) AS department,
        sum(m.amount_minor)::bigint AS amount_minor
    FROM moved m JOIN registry_participant p ON p.id = m.participant_id
    WHERE p.area_id ~ %(areas)s
    GROUP BY m.subject, m.participant_id, m.for_month, m.component, p.area_id
)
SELECT subject AS agreement, component, department,
    count(DISTINCT participant_id) FILTER (WHERE amount_minor > 0) AS people,
    count(DISTINCT (participant_id, for_month)) FILTER (WHERE amount_minor > 0) AS months,
    sum(amount_minor)::bigint AS amount_minor
FROM work
GROUP BY GROUPING SETS ((subject), (subject, component), (subject, department), (subject, component, department))
