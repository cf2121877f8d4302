-- What withdrawals and orders may be and become, and which claims of withdrawals there may be, whatever path they come by.

-- core/savings.py: WITHDRAWAL_NEXT and MOVE_NEXT; a test compares them.
CREATE OR REPLACE FUNCTION ceiba_withdrawal_next() RETURNS TABLE (state text, following text) LANGUAGE sql IMMUTABLE AS $$
    VALUES ('asked', 'approved'), ('asked', 'refused'), ('approved', 'given_up')
$$;
CREATE OR REPLACE FUNCTION ceiba_move_next() RETURNS TABLE (state text, following text) LANGUAGE sql IMMUTABLE AS $$
    VALUES ('ordered', 'confirmed'), ('ordered', 'cancelled'), ('confirmed', 'booked'), ('confirmed', 'cancelled')
$$;

CREATE OR REPLACE FUNCTION ceiba_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'asked' OR NEW.month <> date_trunc('month', NEW.month) THEN
            RAISE EXCEPTION 'a withdrawal begins as asked for' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'withdrawal % is never deleted', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    -- Words are erased with the data of their person, and nothing else of it.
    IF ceiba_is_erased(OLD.participant_id) AND to_jsonb(NEW) = to_jsonb(OLD) || '{"note": "", "why": ""}' THEN
        RETURN NEW;
    END IF;
    IF (NEW.programme_id, NEW.participant_id, NEW.month, NEW.currency, NEW.amount_minor, NEW.cause, NEW.note,
            NEW.asked_by_id, NEW.asked_at)
            <> (OLD.programme_id, OLD.participant_id, OLD.month, OLD.currency, OLD.amount_minor, OLD.cause, OLD.note,
            OLD.asked_by_id, OLD.asked_at)
            OR NOT EXISTS (SELECT FROM ceiba_withdrawal_next() t WHERE t.state = OLD.state AND t.following = NEW.state)
            OR (OLD.decided_by_id IS NOT NULL AND OLD.decided_by_id <> NEW.decided_by_id) THEN
        RAISE EXCEPTION 'withdrawal % may not become so', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'given_up' AND EXISTS (
            SELECT FROM payments_claim c WHERE c.programme_id = OLD.programme_id AND c.month = OLD.month
                AND c.participant_id = OLD.participant_id AND c.component = 'savings:withdrawal' AND c.live) THEN
        RAISE EXCEPTION 'withdrawal % is being paid', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- A claim of a withdrawal is of one that two people agreed on, for the whole of it.
-- Shared locks on what was approved: it cannot be given up in the same moment.
CREATE OR REPLACE FUNCTION ceiba_withdrawal_claims() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
    wrong record;
BEGIN
    PERFORM w.id FROM savings_withdrawal w
    WHERE w.id IN (
        SELECT w.id FROM new_claims c JOIN savings_withdrawal w
            ON w.programme_id = c.programme_id AND w.participant_id = c.participant_id AND w.month = c.month
        WHERE c.component = 'savings:withdrawal'
    )
    ORDER BY w.id FOR SHARE;
    SELECT c.participant_id, c.month INTO wrong
    FROM new_claims c
    LEFT JOIN payments_paymentrun r ON r.id = c.run_id
    LEFT JOIN savings_withdrawal w
        ON w.programme_id = c.programme_id AND w.participant_id = c.participant_id AND w.month = c.month
        AND w.month = c.for_month AND w.amount_minor = c.amount_minor AND w.currency = r.currency
        AND w.state = 'approved'
    WHERE c.component = 'savings:withdrawal' AND w.id IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'claim of participant % in % is of no withdrawal that was approved',
            wrong.participant_id, wrong.month USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ceiba_savings_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'move % is never deleted: cancel it', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'ordered' OR NOT EXISTS (
                SELECT FROM ledger_bankaccount s, ledger_bankaccount t
                WHERE s.id = NEW.source_id AND t.id = NEW.target_id AND NOT s.holds_savings AND t.holds_savings
                    AND s.programme_id = NEW.programme_id AND t.programme_id = NEW.programme_id
                    AND s.currency = NEW.currency AND t.currency = NEW.currency) THEN
            RAISE EXCEPTION 'cash of savings is moved into the account that holds them' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state = 'cancelled' AND NEW.ended_by_id IS NOT NULL
            AND EXISTS (SELECT FROM savings_movefile f WHERE f.move_id = OLD.id) THEN
        RAISE EXCEPTION 'move % is at the bank: only its answer cancels it', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.programme_id, NEW.currency, NEW.cause, NEW.amount_minor, NEW.source_id, NEW.target_id, NEW.ordered_by_id)
            <> (OLD.programme_id, OLD.currency, OLD.cause, OLD.amount_minor, OLD.source_id, OLD.target_id, OLD.ordered_by_id)
            OR (OLD.confirmed_by_id IS NOT NULL AND (OLD.confirmed_by_id, OLD.transfer_id) <> (NEW.confirmed_by_id, NEW.transfer_id))
            OR NOT EXISTS (SELECT FROM ceiba_move_next() t WHERE t.state = OLD.state AND t.following = NEW.state) THEN
        RAISE EXCEPTION 'move % may not become so', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER savings_withdrawal BEFORE INSERT OR UPDATE OR DELETE ON savings_withdrawal
    FOR EACH ROW EXECUTE FUNCTION ceiba_withdrawal();
CREATE OR REPLACE TRIGGER withdrawal_claims AFTER INSERT ON payments_claim
    REFERENCING NEW TABLE AS new_claims FOR EACH STATEMENT EXECUTE FUNCTION ceiba_withdrawal_claims();
CREATE OR REPLACE TRIGGER savings_move BEFORE INSERT OR UPDATE OR DELETE ON savings_move
    FOR EACH ROW EXECUTE FUNCTION ceiba_savings_move();
