-- What the register takes: an entry replaces what holds of the same commitment, and holds when somebody else says so.
CREATE OR REPLACE FUNCTION ceiba_commitments_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    replaced record;
BEGIN
    IF NEW.replaces_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT e.commitment_id, e.kind, d.is_confirmed INTO replaced
    FROM commitments_entry e LEFT JOIN commitments_decision d ON d.entry_id = e.id
    WHERE e.id = NEW.replaces_id;
    IF replaced.commitment_id IS DISTINCT FROM NEW.commitment_id OR replaced.is_confirmed IS NOT TRUE
        OR replaced.kind = 'retraction'
        OR NEW.kind NOT IN (replaced.kind, CASE WHEN replaced.kind = 'terms' THEN replaced.kind ELSE 'retraction' END)
    THEN
        RAISE EXCEPTION 'an entry replaces one of its kind and commitment that holds' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION ceiba_commitments_decision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided record;
BEGIN
    SELECT e.by_id, e.commitment_id, e.replaces_id INTO decided FROM commitments_entry e WHERE e.id = NEW.entry_id;
    IF decided.by_id = NEW.by_id THEN
        RAISE EXCEPTION 'whoever enters something does not confirm it' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.is_confirmed AND decided.replaces_id IS NOT NULL THEN
        -- Two people at once: the second waits here and then sees what the first confirmed.
        PERFORM 1 FROM commitments_commitment WHERE id = decided.commitment_id FOR UPDATE;
        IF EXISTS (
            SELECT FROM commitments_entry e JOIN commitments_decision d ON d.entry_id = e.id
            WHERE e.replaces_id = decided.replaces_id AND d.is_confirmed
        ) THEN
            RAISE EXCEPTION 'what it replaces has been replaced' USING ERRCODE = 'unique_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER commitments_entry_guard BEFORE INSERT ON commitments_entry
    FOR EACH ROW EXECUTE FUNCTION ceiba_commitments_entry_guard();
CREATE OR REPLACE TRIGGER commitments_decision_guard BEFORE INSERT ON commitments_decision
    FOR EACH ROW EXECUTE FUNCTION ceiba_commitments_decision_guard();
