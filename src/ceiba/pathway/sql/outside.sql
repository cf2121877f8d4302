-- The outside number is of a day after the list was closed, and corrected only until the list is drawn.

CREATE OR REPLACE FUNCTION ceiba_pathway_outside_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('pathway_batch'), NEW.batch_id::int);
    IF NOT EXISTS (
            SELECT FROM pathway_closing c
            WHERE c.batch_id = NEW.batch_id AND NEW.on > (c.at AT TIME ZONE 'UTC')::date
                AND NEW.on <= (NEW.at AT TIME ZONE 'UTC')::date)
            OR EXISTS (SELECT FROM pathway_drawing d WHERE d.batch_id = NEW.batch_id)
            OR (NEW.replaces_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM pathway_outsidenumber o WHERE o.id = NEW.replaces_id AND o.batch_id = NEW.batch_id)) THEN
        RAISE EXCEPTION 'the number of list % is of a day after it was closed, before it is drawn', NEW.batch_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER pathway_outside_guard BEFORE INSERT ON pathway_outsidenumber
    FOR EACH ROW EXECUTE FUNCTION ceiba_pathway_outside_guard();
