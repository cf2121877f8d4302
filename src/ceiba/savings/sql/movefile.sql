-- A file is of a move that two people ordered, and becomes nothing else but sent.
CREATE OR REPLACE FUNCTION ceiba_savings_movefile() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM savings_move m WHERE m.id = NEW.move_id AND m.state = 'confirmed' FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'move % is not confirmed', NEW.move_id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.sent_at IS NOT NULL OR to_jsonb(OLD) - 'sent_at' <> to_jsonb(NEW) - 'sent_at' THEN
        RAISE EXCEPTION 'the file of move % is written once', OLD.move_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER savings_movefile BEFORE INSERT OR UPDATE OR DELETE ON savings_movefile
    FOR EACH ROW EXECUTE FUNCTION ceiba_savings_movefile();
