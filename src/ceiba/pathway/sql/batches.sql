-- A batch from opening to drawing: who is on the list, and in which order. Nobody moves up by any path.

CREATE OR REPLACE FUNCTION ceiba_pathway_batch_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.closes_on < (NEW.at AT TIME ZONE 'UTC')::date THEN
        RAISE EXCEPTION 'a batch closes on a day to come' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.season_until >= NEW.season_from + interval '6 months' THEN  -- core/referrals.py: SEASON_MONTHS_MAX
        RAISE EXCEPTION 'a season is of six months at most' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION ceiba_pathway_seed_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
            SELECT FROM pathway_batch b
            WHERE b.id = NEW.batch_id AND b.seed_sha256 = encode(sha256(convert_to(NEW.seed, 'UTF8')), 'hex')) THEN
        RAISE EXCEPTION 'this is not the seed that batch % promised', NEW.batch_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- Of a list: who lived in its area, shared with its recipient for its stage at the end of the closing day, and has the
-- class that their months give.
CREATE OR REPLACE FUNCTION ceiba_pathway_strays(batches bigint[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM pathway_entry e JOIN pathway_batch b ON b.id = e.batch_id
        JOIN registry_participant p ON p.id = e.participant_id
        WHERE b.id = ANY (batches) AND (
            e.class <> e.months_accepted / b.class_months OR NOT starts_with(p.area_id, b.area_code)
            OR NOT EXISTS (
                SELECT FROM ceiba_pathway_shared(
                    e.participant_id, b.recipient_id, (b.closes_on + 1)::timestamp AT TIME ZONE 'UTC' - interval '1 microsecond') s
                WHERE s.stage = b.stage)))
$$;

CREATE OR REPLACE FUNCTION ceiba_pathway_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_entries e JOIN pathway_closing c ON c.batch_id = e.batch_id)
            OR ceiba_pathway_strays(ARRAY(SELECT DISTINCT e.batch_id FROM new_entries e)) THEN
        RAISE EXCEPTION 'on a list is who consented until its closing day, with the class that their months give'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ceiba_pathway_closing_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    SELECT count(*) AS entrants, encode(sha256(convert_to(coalesce(
        string_agg(e.number || ' ' || e.class || E'\n', '' ORDER BY e.number COLLATE "C"), ''), 'UTF8')), 'hex') AS digest
    INTO found FROM pathway_entry e WHERE e.batch_id = NEW.batch_id;
    IF found.entrants <> NEW.entrants OR found.digest <> NEW.entries_sha256
            OR ceiba_pathway_strays(ARRAY[NEW.batch_id]) OR NOT EXISTS (
            SELECT FROM pathway_batch b
            WHERE b.id = NEW.batch_id AND b.closes_on < (NEW.at AT TIME ZONE 'UTC')::date) THEN
        RAISE EXCEPTION 'list % is closed after its closing day, with those who are on it', NEW.batch_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- The outside number is of a day after the list was closed, and has been published since a day before; the seed is the
-- one that was promised. Under the lock, so that nobody corrects the number meanwhile.
CREATE OR REPLACE FUNCTION ceiba_pathway_drawing_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('pathway_batch'), NEW.batch_id::int);
    IF NOT EXISTS (
            SELECT FROM pathway_closing c JOIN pathway_seed s ON s.batch_id = c.batch_id
            JOIN pathway_outsidenumber o ON o.batch_id = c.batch_id
            WHERE c.batch_id = NEW.batch_id AND s.seed = NEW.seed
                AND o.number = NEW.outside_number AND o.on = NEW.outside_on AND o.source = NEW.source
                AND (o.at AT TIME ZONE 'UTC')::date < (NEW.at AT TIME ZONE 'UTC')::date
                AND NOT EXISTS (SELECT FROM pathway_outsidenumber n WHERE n.replaces_id = o.id)) THEN
        RAISE EXCEPTION 'list % is drawn with its own seed and the number published since a day before', NEW.batch_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- The order is drawn again: core/referrals.py, `ordered`. Whole lists, and no other place.
CREATE OR REPLACE FUNCTION ceiba_pathway_place_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
            WITH again AS (
                SELECT e.id, e.batch_id, row_number() OVER (
                    PARTITION BY e.batch_id
                    ORDER BY e.class DESC, sha256(convert_to(d.seed || ':' || d.outside_number || ':' || e.number, 'UTF8')),
                        e.number COLLATE "C") AS place
                FROM pathway_entry e JOIN pathway_drawing d ON d.batch_id = e.batch_id
                WHERE e.batch_id IN (SELECT n.batch_id FROM new_places n)
            )
            SELECT FROM again a FULL JOIN pathway_place p
                ON p.entry_id = a.id AND p.batch_id = a.batch_id AND p.place = a.place
            WHERE (a.id IS NULL OR p.entry_id IS NULL)
                AND coalesce(a.batch_id, p.batch_id) IN (SELECT n.batch_id FROM new_places n)) THEN
        RAISE EXCEPTION 'the order of a list is the one that seed and outside number give' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER pathway_batch_guard BEFORE INSERT ON pathway_batch
    FOR EACH ROW EXECUTE FUNCTION ceiba_pathway_batch_guard();
CREATE OR REPLACE TRIGGER pathway_seed_guard BEFORE INSERT ON pathway_seed
    FOR EACH ROW EXECUTE FUNCTION ceiba_pathway_seed_guard();
CREATE OR REPLACE TRIGGER pathway_entry_guard AFTER INSERT ON pathway_entry
    REFERENCING NEW TABLE AS new_entries FOR EACH STATEMENT EXECUTE FUNCTION ceiba_pathway_entry_guard();
CREATE OR REPLACE TRIGGER pathway_closing_guard BEFORE INSERT ON pathway_closing
    FOR EACH ROW EXECUTE FUNCTION ceiba_pathway_closing_guard();
CREATE OR REPLACE TRIGGER pathway_drawing_guard BEFORE INSERT ON pathway_drawing
    FOR EACH ROW EXECUTE FUNCTION ceiba_pathway_drawing_guard();
CREATE OR REPLACE TRIGGER pathway_place_guard AFTER INSERT ON pathway_place
    REFERENCING NEW TABLE AS new_places FOR EACH STATEMENT EXECUTE FUNCTION ceiba_pathway_place_guard();
