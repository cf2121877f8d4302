SELECT d.participant_id, p.code AS participant, d.programme_id AS programme, d.month,
    d.revision, d.decided_in, d.area_code AS area, d.outcome, d.amount_minor, d.amounts::text AS amounts,
    array_to_json(d.failed)::text AS failed, array_to_json(d.unknown)::text AS unknown,
    array_to_json(d.causes)::text AS causes
FROM determinations_determination d JOIN registry_participant p ON p.id = d.participant_id
