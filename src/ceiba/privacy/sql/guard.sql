-- A request begins as asked for, is decided once, and never changes afterwards; files left go and are never changed.
-- Nobody is erased but by a confirmed request, while none of their enrolments is live, once, and for good.
CREATE FUNCTION ceiba_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'asked' OR NEW.erased <> '{}' THEN
            RAISE EXCEPTION 'an erasure begins as asked for' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'erasure % is never deleted', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.participant_id, NEW.reason, NEW.asked_by_id, NEW.asked_at)
            <> (OLD.id, OLD.participant_id, OLD.reason, OLD.asked_by_id, OLD.asked_at)
        OR OLD.state <> 'asked' OR NEW.state = 'asked' OR (NEW.state <> 'confirmed' AND NEW.erased <> '{}')
    THEN
        RAISE EXCEPTION 'erasure % is decided once', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ceiba_participant_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR OLD.erased_at IS NOT NULL
        OR NOT EXISTS (SELECT FROM privacy_erasure WHERE participant_id = NEW.id AND state = 'confirmed')
        OR EXISTS (SELECT FROM registry_enrolment
            WHERE participant_id = NEW.id AND state IN ('applied', 'waiting', 'active', 'suspended'))
    THEN
        RAISE EXCEPTION 'participant % is erased by two people, once, when no enrolment is live', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER erasure BEFORE INSERT OR UPDATE OR DELETE ON privacy_erasure
    FOR EACH ROW EXECUTE FUNCTION ceiba_erasure();
CREATE TRIGGER file_left_stays BEFORE UPDATE ON privacy_fileleft
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_refuse_change();
-- With conditions, so that half a million rows of an import pay nothing for it.
CREATE TRIGGER participant_erased BEFORE UPDATE ON registry_participant
    FOR EACH ROW WHEN (OLD.erased_at IS DISTINCT FROM NEW.erased_at) EXECUTE FUNCTION ceiba_participant_erased();
CREATE TRIGGER participant_not_erased BEFORE INSERT ON registry_participant
    FOR EACH ROW WHEN (NEW.erased_at IS NOT NULL) EXECUTE FUNCTION ceiba_participant_erased();
-- Nobody who is erased is enrolled again: they would come back as somebody new.
CREATE FUNCTION ceiba_enrolled_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n JOIN registry_participant p ON p.id = n.participant_id
        WHERE p.erased_at IS NOT NULL AND n.state IN ('applied', 'waiting', 'active', 'suspended'))
    THEN
        RAISE EXCEPTION 'somebody whose data were erased is not enrolled again' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER enrolled_erased_insert AFTER INSERT ON registry_enrolment
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ceiba_enrolled_erased();
CREATE TRIGGER enrolled_erased_update AFTER UPDATE ON registry_enrolment
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ceiba_enrolled_erased();
