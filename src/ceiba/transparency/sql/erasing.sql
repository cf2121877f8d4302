-- The salt of an entry may be erased, with whose it was; another in its place would open nothing. Nothing else changes.
ALTER TABLE transparency_entry ADD CONSTRAINT entry_salt_whole CHECK (octet_length(salt) = 32);

CREATE FUNCTION ceiba_log_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    OLD.salt := NULL;
    OLD.participant_id := NULL;
    IF NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'transparency_entry is append-only: a salt can be erased, and nothing changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER append_only ON transparency_entry;
CREATE TRIGGER append_only BEFORE DELETE ON transparency_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_refuse_change();
CREATE TRIGGER only_erased BEFORE UPDATE ON transparency_entry
    FOR EACH ROW EXECUTE FUNCTION ceiba_log_entry();

-- Pages are summed up for finding values (log_entry_by_value) soon after they are full.
ALTER TABLE transparency_entry SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000);
