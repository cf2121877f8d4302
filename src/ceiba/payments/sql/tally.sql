-- How many payments of a run are in which state, and of how much: what each statement changed of it is a row, so that
-- nobody waits for anybody, and a run of half a million payments is told by adding up a few.
CREATE OR REPLACE FUNCTION ceiba_run_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO payments_runtally (run_id, state, payments, amount_minor)
        SELECT run_id, state, count(*), sum(amount_minor) FROM new_payments GROUP BY run_id, state;
        RETURN NULL;
    END IF;
    INSERT INTO payments_runtally (run_id, state, payments, amount_minor)
    SELECT run_id, state, sum(n), sum(minor)
    FROM (
        SELECT run_id, state, count(*) AS n, sum(amount_minor) AS minor FROM new_payments GROUP BY run_id, state
        UNION ALL
        SELECT run_id, state, -count(*), -sum(amount_minor) FROM old_payments GROUP BY run_id, state
    ) changed
    GROUP BY run_id, state
    HAVING sum(n) <> 0 OR sum(minor) <> 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER run_tally_new AFTER INSERT ON payments_payment
    REFERENCING NEW TABLE AS new_payments FOR EACH STATEMENT EXECUTE FUNCTION ceiba_run_tally();
CREATE OR REPLACE TRIGGER run_tally_moved AFTER UPDATE ON payments_payment
    REFERENCING OLD TABLE AS old_payments NEW TABLE AS new_payments
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_run_tally();
