-- Entries are entered by one person and decided once by another, and otherwise never change.

-- The arguments of a trigger are the columns that a replacement keeps as they were.
CREATE OR REPLACE FUNCTION ceiba_funding_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := '{decided_by_id,decided_at,accepted}';
    before jsonb;
    kept text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '% is append-only: corrections are new rows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.decided_by_id IS NOT NULL OR NEW.decided_by_id IS NULL
                OR to_jsonb(OLD) - decision <> to_jsonb(NEW) - decision THEN
            RAISE EXCEPTION '% is append-only: corrections are new rows', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.decided_by_id IS NOT NULL THEN
        RAISE EXCEPTION '% is entered first and decided by another afterwards', TG_TABLE_NAME
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.replaces_id IS NOT NULL THEN
        EXECUTE format('SELECT to_jsonb(r) FROM %I r WHERE id = $1', TG_TABLE_NAME) INTO before USING NEW.replaces_id;
        FOREACH kept IN ARRAY coalesce(TG_ARGV, '{}') LOOP
            IF before ->> kept IS DISTINCT FROM to_jsonb(NEW) ->> kept THEN
                RAISE EXCEPTION 'what replaces a row of % keeps its %', TG_TABLE_NAME, kept
                    USING ERRCODE = 'check_violation';
            END IF;
        END LOOP;
    END IF;
    RETURN NEW;
END $$;

-- Only a division whose shares add up, and beside which no other stands for the same months, is accepted.
CREATE OR REPLACE FUNCTION ceiba_funding_division() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT coalesce(sum(permille), 0) FROM funding_fundingshare WHERE division_id = NEW.id) <> 1000 THEN
        RAISE EXCEPTION 'the shares of a division add up to 1000' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM 1 FROM rulebook_programme WHERE code = NEW.programme_id FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM funding_division d
        WHERE d.accepted AND d.id IS DISTINCT FROM NEW.replaces_id AND d.id <> NEW.id
            AND (d.programme_id, d.area, d.variant, d.component)
                = (NEW.programme_id, NEW.area, NEW.variant, NEW.component)
            AND NOT EXISTS (SELECT 1 FROM funding_division r WHERE r.replaces_id = d.id AND r.accepted)
            AND daterange(d.from_month, d.until_month, '[]') && daterange(NEW.from_month, NEW.until_month, '[]')
    ) THEN
        RAISE EXCEPTION 'another division stands for the same months' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION ceiba_funding_share() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM funding_division WHERE id = NEW.division_id AND decided_by_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a share is added before its division is decided' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER entry BEFORE INSERT OR UPDATE OR DELETE ON funding_funder
    FOR EACH ROW EXECUTE FUNCTION ceiba_funding_entry('code');
CREATE OR REPLACE TRIGGER entry BEFORE INSERT OR UPDATE OR DELETE ON funding_agreement
    FOR EACH ROW EXECUTE FUNCTION ceiba_funding_entry('code', 'programme_id', 'currency');
CREATE OR REPLACE TRIGGER entry BEFORE INSERT OR UPDATE OR DELETE ON funding_commitment
    FOR EACH ROW EXECUTE FUNCTION ceiba_funding_entry();
CREATE OR REPLACE TRIGGER entry BEFORE INSERT OR UPDATE OR DELETE ON funding_disbursement
    FOR EACH ROW EXECUTE FUNCTION ceiba_funding_entry();
CREATE OR REPLACE TRIGGER entry BEFORE INSERT OR UPDATE OR DELETE ON funding_division
    FOR EACH ROW EXECUTE FUNCTION ceiba_funding_entry('programme_id');
CREATE OR REPLACE TRIGGER adds_up BEFORE UPDATE ON funding_division
    FOR EACH ROW WHEN (NEW.accepted) EXECUTE FUNCTION ceiba_funding_division();
CREATE OR REPLACE TRIGGER undecided BEFORE INSERT ON funding_fundingshare
    FOR EACH ROW EXECUTE FUNCTION ceiba_funding_share();
