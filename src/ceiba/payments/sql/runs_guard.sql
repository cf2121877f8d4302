-- What runs, payments and claims may be and become, whatever path the change comes by.
-- Once a statement, for the same reason as the guard of lines.

-- core/payment_run.py: RUN_NEXT and PAYMENT_NEXT; a test compares them.
CREATE OR REPLACE FUNCTION ceiba_run_next() RETURNS TABLE (state text, following text) LANGUAGE sql IMMUTABLE AS $$
    VALUES
    ('draft', 'prepared'), ('draft', 'cancelled'),
    ('prepared', 'reviewed'), ('prepared', 'cancelled'),
    ('reviewed', 'approved'), ('reviewed', 'cancelled'),
    ('approved', 'released'), ('approved', 'cancelled'),
    ('released', 'sent'), ('released', 'cancelled'),
    ('sent', 'closed')
$$;
CREATE OR REPLACE FUNCTION ceiba_payment_next() RETURNS TABLE (state text, following text) LANGUAGE sql IMMUTABLE AS $$
    VALUES ('ordered', 'paid'), ('ordered', 'cancelled'), ('ordered', 'rejected'), ('paid', 'returned')
$$;

-- A claim is of a line, for the whole of it; in a run of withdrawals it is of one (savings/sql/guard.sql says of which).
-- A payment is the sum of its claims.
CREATE OR REPLACE FUNCTION ceiba_claims() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    EXECUTE $query$
        WITH wrong AS MATERIALIZED (
            SELECT c.participant_id, c.month
            FROM new_claims c
            LEFT JOIN payments_paymentrun r ON r.id = c.run_id
            WHERE r.id IS NULL OR (r.kind = 'withdrawals') <> (c.component = 'savings:withdrawal')
                OR (r.kind = 'withdrawals' AND c.payment_id IS NULL)
        )
        SELECT * FROM wrong LIMIT 1
    $query$ INTO wrong;
    IF wrong.month IS NOT NULL THEN
        RAISE EXCEPTION 'claim of participant % in % is not what its run pays', wrong.participant_id, wrong.month
            USING ERRCODE = 'check_violation';
    END IF;

    EXECUTE $query$
        WITH wrong AS MATERIALIZED (
            SELECT c.participant_id, c.month
            FROM new_claims c
            LEFT JOIN payments_paymentline l
                ON l.programme_id = c.programme_id AND l.month = c.month AND l.participant_id = c.participant_id
                AND l.for_month = c.for_month AND l.component = c.component AND l.amount_minor = c.amount_minor
            WHERE l.participant_id IS NULL AND c.component <> 'savings:withdrawal'
        )
        SELECT * FROM wrong LIMIT 1
    $query$ INTO wrong;
    IF wrong.month IS NOT NULL THEN
        RAISE EXCEPTION 'claim of participant % in % is of no line', wrong.participant_id, wrong.month
            USING ERRCODE = 'foreign_key_violation';
    END IF;

    EXECUTE $query$
        WITH wrong AS MATERIALIZED (
            -- Joined before it is added up: of how many payments they are, the planner could only guess.
            SELECT c.payment_id
            FROM new_claims c LEFT JOIN payments_payment p ON p.id = c.payment_id
            WHERE c.payment_id IS NOT NULL
            GROUP BY c.payment_id, p.id, p.amount_minor, p.participant_id, p.month
            HAVING p.id IS NULL OR p.amount_minor <> sum(c.amount_minor) OR p.participant_id <> min(c.participant_id)
                OR p.participant_id <> max(c.participant_id) OR p.month <> min(c.month) OR p.month <> max(c.month)
        )
        SELECT * FROM wrong LIMIT 1
    $query$ INTO wrong;
    IF wrong.payment_id IS NOT NULL THEN
        RAISE EXCEPTION 'payment % is not the sum of its claims', wrong.payment_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- A payment keeps what it is; its state moves as it may, and its claims with it.
CREATE OR REPLACE FUNCTION ceiba_payments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    EXECUTE $query$
        WITH compared AS (
            SELECT o.id, o.state, n.state AS following,
                n.id IS NULL
                    OR (o.state <> n.state AND t.state IS NULL)
                    OR (o.run_id, o.programme_id, o.month, o.participant_id, o.attempt, o.amount_minor)
                        <> (n.run_id, n.programme_id, n.month, n.participant_id, n.attempt, n.amount_minor)
                    OR (o.account_id, o.part) IS DISTINCT FROM (n.account_id, n.part) AS changed,
                o.state = 'ordered' AND n.state <> 'ordered'
                    AND (n.state = 'cancelled') <> (r.state NOT IN ('sent', 'closed'))
                    AND NOT (n.state = 'paid' AND n.amount_minor = 0) AS untimely
            FROM old_payments o LEFT JOIN new_payments n ON n.id = o.id
            LEFT JOIN ceiba_payment_next() t ON t.state = o.state AND t.following = n.state
            LEFT JOIN payments_paymentrun r ON r.id = o.run_id
        ), wrong AS MATERIALIZED (
            SELECT * FROM compared WHERE changed OR untimely IS NOT FALSE
        )
        SELECT * FROM wrong LIMIT 1
    $query$ INTO wrong;
    IF wrong.changed THEN
        RAISE EXCEPTION 'payment % may not go from % to %, nor change', wrong.id, wrong.state, wrong.following
            USING ERRCODE = 'restrict_violation';
    ELSIF wrong.id IS NOT NULL THEN
        RAISE EXCEPTION 'payment %: cancelled before its run is sent, answered after', wrong.id
            USING ERRCODE = 'restrict_violation';
    END IF;

    EXECUTE $query$
        UPDATE payments_claim c SET live = false
        FROM old_payments o JOIN new_payments n ON n.id = o.id
        WHERE c.payment_id = n.id AND o.state <> n.state AND n.state IN ('cancelled', 'rejected', 'returned')
    $query$;
    RETURN NULL;
END $$;

-- A claim changes once, by the hand above or with its cancelled run: it lets its line go.
CREATE OR REPLACE FUNCTION ceiba_claim_let_go() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    EXECUTE $query$
        WITH wrong AS MATERIALIZED (
            SELECT o.id
            FROM old_claims o LEFT JOIN new_claims n ON n.id = o.id
            LEFT JOIN payments_payment p ON p.id = n.payment_id
            LEFT JOIN payments_paymentrun r ON r.id = n.run_id
            WHERE n.id IS NULL OR NOT o.live OR n.live
                OR (o.run_id, o.programme_id, o.month, o.participant_id, o.for_month, o.component, o.attempt, o.amount_minor)
                    <> (n.run_id, n.programme_id, n.month, n.participant_id, n.for_month, n.component, n.attempt, n.amount_minor)
                OR o.payment_id IS DISTINCT FROM n.payment_id
                OR (p.id IS NOT NULL AND p.state IN ('ordered', 'paid'))
                OR (p.id IS NULL AND (r.state <> 'cancelled' OR EXISTS (
                    SELECT FROM payments_runstep s WHERE s.run_id = r.id AND s.step = 'release')))
        )
        SELECT * FROM wrong LIMIT 1
    $query$ INTO wrong;
    IF wrong.id IS NOT NULL THEN
        RAISE EXCEPTION 'claim % stays as it is', wrong.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

-- A run moves one step at a time, each step done by somebody, nothing unexplained.
CREATE OR REPLACE FUNCTION ceiba_payment_run() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    people int;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'payment run % is never deleted: cancel it', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.kind <> OLD.kind THEN
        RAISE EXCEPTION 'payment run % pays what it pays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.programme_id, NEW.month, NEW.areas, NEW.bank_account_id, NEW.currency, NEW.payments, NEW.amount_minor,
            NEW.saved_minor, NEW.left_out)
            <> (OLD.programme_id, OLD.month, OLD.areas, OLD.bank_account_id, OLD.currency, OLD.payments, OLD.amount_minor,
            OLD.saved_minor, OLD.left_out) AND OLD.state <> 'draft' THEN
        RAISE EXCEPTION 'payment run % is prepared, and stays what it is', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM ceiba_run_next() t WHERE t.state = OLD.state AND t.following = NEW.state) THEN
        RAISE EXCEPTION 'payment run % may not go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'prepared' AND EXISTS (SELECT FROM payments_alert a WHERE a.run_id = OLD.id AND a.explanation = '') THEN
        RAISE EXCEPTION 'payment run % has alerts that nobody explained', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT count(*) INTO people FROM payments_runstep s
    WHERE s.run_id = OLD.id AND s.step IN ('prepare', 'review', 'approve', 'release');
    IF people < (CASE NEW.state WHEN 'prepared' THEN 1 WHEN 'reviewed' THEN 2 WHEN 'approved' THEN 3
            WHEN 'released' THEN 4 WHEN 'sent' THEN 4 ELSE 0 END) THEN
        RAISE EXCEPTION 'payment run % is not signed for %', OLD.id, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'cancelled' AND NOT EXISTS (
            SELECT FROM payments_runstep s WHERE s.run_id = OLD.id AND s.step = 'cancel') THEN
        RAISE EXCEPTION 'payment run %: nobody cancelled it', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'closed' AND EXISTS (
            SELECT FROM payments_payment p WHERE p.run_id = OLD.id AND p.state = 'ordered') THEN
        RAISE EXCEPTION 'payment run % has payments without an answer', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- Savings are paid out of the accounts that hold them, and nothing else is: they are never a source of support.
CREATE OR REPLACE FUNCTION ceiba_payment_run_source() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_bankaccount b WHERE b.id = NEW.bank_account_id
            AND b.programme_id = NEW.programme_id AND b.holds_savings = (NEW.kind = 'withdrawals')) THEN
        RAISE EXCEPTION 'a run of % may not be paid from bank account %', NEW.kind, NEW.bank_account_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER payment_run_source BEFORE INSERT OR UPDATE OF bank_account_id, programme_id ON payments_paymentrun
    FOR EACH ROW EXECUTE FUNCTION ceiba_payment_run_source();
CREATE OR REPLACE TRIGGER claims AFTER INSERT ON payments_claim
    REFERENCING NEW TABLE AS new_claims FOR EACH STATEMENT EXECUTE FUNCTION ceiba_claims();
CREATE OR REPLACE TRIGGER claims_let_go AFTER UPDATE ON payments_claim
    REFERENCING OLD TABLE AS old_claims NEW TABLE AS new_claims
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_claim_let_go();
CREATE OR REPLACE TRIGGER claims_stay BEFORE DELETE ON payments_claim
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_refuse_change();
CREATE OR REPLACE TRIGGER payments AFTER UPDATE ON payments_payment
    REFERENCING OLD TABLE AS old_payments NEW TABLE AS new_payments
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_payments();
CREATE OR REPLACE TRIGGER payments_stay BEFORE DELETE ON payments_payment
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_refuse_change();
CREATE OR REPLACE TRIGGER payment_run BEFORE UPDATE OR DELETE ON payments_paymentrun
    FOR EACH ROW EXECUTE FUNCTION ceiba_payment_run();
