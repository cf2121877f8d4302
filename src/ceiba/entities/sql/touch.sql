-- Which rows of the register changed, written down once a statement by whatever changed them: an import of half a
-- million rows, a service, a statement by hand. A list's row may change by another table's: plots of a person count
-- for the person, people for their group.
CREATE FUNCTION ceiba_entities_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'registry_participant' THEN
        IF TG_OP = 'UPDATE' THEN
            INSERT INTO entities_touched (list_name, row) SELECT 'participants', n.id FROM new_rows n;
            INSERT INTO entities_touched (list_name, row)
                SELECT DISTINCT 'groups', g.id FROM old_rows o JOIN new_rows n ON n.id = o.id
                CROSS JOIN LATERAL (VALUES (o.group_id), (n.group_id)) AS g (id)
                WHERE o.group_id IS DISTINCT FROM n.group_id AND g.id IS NOT NULL;
        ELSIF TG_OP = 'INSERT' THEN
            INSERT INTO entities_touched (list_name, row) SELECT 'participants', n.id FROM new_rows n
                UNION ALL SELECT DISTINCT 'groups', n.group_id FROM new_rows n WHERE n.group_id IS NOT NULL;
        ELSE
            INSERT INTO entities_touched (list_name, row) SELECT 'participants', o.id FROM old_rows o
                UNION ALL SELECT DISTINCT 'groups', o.group_id FROM old_rows o WHERE o.group_id IS NOT NULL;
        END IF;
    ELSIF TG_TABLE_NAME = 'registry_plot' THEN
        IF TG_OP <> 'INSERT' THEN
            INSERT INTO entities_touched (list_name, row) SELECT 'plots', o.id FROM old_rows o
                UNION ALL SELECT 'participants', o.participant_id FROM old_rows o;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO entities_touched (list_name, row) SELECT 'plots', n.id FROM new_rows n
                UNION ALL SELECT 'participants', n.participant_id FROM new_rows n;
        END IF;
    ELSE
        IF TG_OP <> 'INSERT' THEN
            INSERT INTO entities_touched (list_name, row) SELECT 'groups', o.id FROM old_rows o;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO entities_touched (list_name, row) SELECT 'groups', n.id FROM new_rows n;
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER entities_touch_insert AFTER INSERT ON registry_participant
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ceiba_entities_touch();
CREATE TRIGGER entities_touch_update AFTER UPDATE ON registry_participant
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_entities_touch();
CREATE TRIGGER entities_touch_delete AFTER DELETE ON registry_participant
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ceiba_entities_touch();
CREATE TRIGGER entities_touch_insert AFTER INSERT ON registry_plot
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ceiba_entities_touch();
CREATE TRIGGER entities_touch_update AFTER UPDATE ON registry_plot
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_entities_touch();
CREATE TRIGGER entities_touch_delete AFTER DELETE ON registry_plot
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ceiba_entities_touch();
CREATE TRIGGER entities_touch_insert AFTER INSERT ON registry_group
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ceiba_entities_touch();
CREATE TRIGGER entities_touch_update AFTER UPDATE ON registry_group
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_entities_touch();
CREATE TRIGGER entities_touch_delete AFTER DELETE ON registry_group
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ceiba_entities_touch();

-- Nobody has to wait for the first change of a register that is already there.
INSERT INTO entities_touched (list_name, row) SELECT 'participants', id FROM registry_participant
    UNION ALL SELECT 'plots', id FROM registry_plot UNION ALL SELECT 'groups', id FROM registry_group;

-- What a phone sent is never changed, only what became of it.
CREATE FUNCTION ceiba_entity_update_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE (o.submission, o.block, o.list_name, o.uuid, o.creates, o.updates, o.base_version, o.trunk_version, o.branch,
                o.label, o.values, o.observed_at, o.sent_by_id, o.arrived_at)
            IS DISTINCT FROM (n.submission, n.block, n.list_name, n.uuid, n.creates, n.updates, n.base_version,
                n.trunk_version, n.branch, n.label, n.values, n.observed_at, n.sent_by_id, n.arrived_at)
            OR (o.fate <> 'waiting' AND n.fate <> o.fate)
    ) THEN
        RAISE EXCEPTION 'what a phone said of an entity stays as it was sent' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entity_update_guard AFTER UPDATE ON entities_entityupdate
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_entity_update_guard();
CREATE TRIGGER entity_update_keep BEFORE DELETE ON entities_entityupdate
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_refuse_change();
