-- Which rows of the register changed, written down once a statement by whatever changed them: an import of half a
-- million rows, a service, a statement by hand. The arguments: of which list the table's rows are; the list whose rows
-- say how many of them there are (plots of a person, people of a group), and the column that names such a row, which
-- is touched when one comes, goes or moves.
CREATE FUNCTION ceiba_entities_touch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text := CASE TG_OP WHEN 'DELETE' THEN 'old_rows' ELSE 'new_rows' END;
    named text := CASE TG_OP WHEN 'UPDATE' THEN
        'SELECT unnest(ARRAY[o.%1$I, n.%1$I]) FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE n.%1$I IS DISTINCT FROM o.%1$I'
        ELSE 'SELECT %1$I FROM %2$I' END;
BEGIN
    EXECUTE format('INSERT INTO entities_touched (list_name, row) SELECT $1, id FROM %I', changed) USING TG_ARGV[0];
    IF TG_NARGS > 1 THEN
        EXECUTE 'INSERT INTO entities_touched (list_name, row) SELECT DISTINCT $1, named.row FROM ('
            || format(named, TG_ARGV[2], changed) || ') AS named (row) WHERE named.row IS NOT NULL' USING TG_ARGV[1];
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    trigger record;
BEGIN
    FOR trigger IN
        SELECT * FROM (VALUES
            ('registry_participant', '''participants'', ''groups'', ''group_id'''),
            ('registry_plot', '''plots'', ''participants'', ''participant_id'''),
            ('registry_group', '''groups''')
        ) AS tables (name, arguments)
        CROSS JOIN (VALUES
            ('insert', 'NEW TABLE AS new_rows'),
            ('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'),
            ('delete', 'OLD TABLE AS old_rows')
        ) AS events (event, seen)
    LOOP
        EXECUTE format(
            'CREATE TRIGGER entities_touch_%1$s AFTER %1$s ON %2$I REFERENCING %3$s
            FOR EACH STATEMENT EXECUTE FUNCTION ceiba_entities_touch(%4$s)',
            trigger.event, trigger.name, trigger.seen, trigger.arguments
        );
    END LOOP;
END $$;

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
