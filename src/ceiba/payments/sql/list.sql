-- The payment list of a month as people read it.
SELECT p.code AS participant, p.family_names, p.given_names, p.area_id AS area, g.code AS "group",
    l.component, l.month, l.for_month, l.amount_minor, c.currency, l.revision
FROM payments_paymentline l
JOIN registry_participant p ON p.id = l.participant_id
LEFT JOIN registry_group g ON g.id = p.group_id
JOIN rulebook_programme c ON c.code = l.programme_id
WHERE l.programme_id = %(programme)s AND l.month = %(month)s AND p.area_id ~ %(areas)s
