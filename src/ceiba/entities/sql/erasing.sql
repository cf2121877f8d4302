-- The number in the register of the person that an entity is of, or whose plot it is; null where it is of nobody there.
CREATE FUNCTION ceiba_entity_person(entity uuid, list text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT CASE e.list_name WHEN 'participants' THEN e.row ELSE l.participant_id END
    FROM entities_entity e LEFT JOIN registry_plot l ON e.list_name = 'plots' AND l.id = e.row
    WHERE e.uuid = entity AND e.list_name = list
$$;

-- What a phone sent is never changed, only what became of it; it is emptied with the data of the person it is of.
CREATE OR REPLACE FUNCTION ceiba_entity_update_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE ((o.submission, o.block, o.list_name, o.uuid, o.creates, o.updates, o.base_version, o.trunk_version, o.branch,
                o.label, o.values, o.observed_at, o.sent_by_id, o.arrived_at)
            IS DISTINCT FROM (n.submission, n.block, n.list_name, n.uuid, n.creates, n.updates, n.base_version,
                n.trunk_version, n.branch, n.label, n.values, n.observed_at, n.sent_by_id, n.arrived_at)
            OR (o.fate <> 'waiting' AND n.fate <> o.fate))
            AND NOT (to_jsonb(n) = to_jsonb(o) || '{"label": "", "values": {}}'
                AND ceiba_is_erased(coalesce(ceiba_entity_person(o.uuid, o.list_name), 0)))
    ) THEN
        RAISE EXCEPTION 'what a phone said of an entity stays as it was sent' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
