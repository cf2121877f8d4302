-- What the ledger refuses, whatever path a row comes by, and the only hand that moves an account's sums.
-- Checks run once a statement: a run of half a million payments costs two joins, not half a million look-ups.
-- Joins are planned each time (EXECUTE), for one row or half a million: only so does the planner know how many came. What is
-- wrong is looked for as a whole (MATERIALIZED): it would expect the first of LIMIT at once, and look rows up one by one.

-- Which kind of transfer may debit and credit which kinds of account (core/ledger.py: ROUTES; a test compares them).
CREATE OR REPLACE FUNCTION ceiba_ledger_routes() RETURNS TABLE (kind text, debit text, credit text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES
    ('disbursement', 'bank', 'fund'),
    ('support', 'fund', 'clearing'),
    ('recovery', 'clearing', 'fund'),
    ('saving', 'fund', 'savings'),
    ('saving_moved', 'bank', 'bank'),
    ('withdrawal', 'savings', 'clearing'),
    ('interest', 'interest', 'savings'),
    ('booking', 'clearing', 'bank'),
    ('returned', 'clearing', 'fund'),
    ('returned', 'clearing', 'savings'),
    ('returned', 'fund', 'clearing'),
    ('return_booking', 'bank', 'clearing'),
    ('unexplained', 'bank', 'suspense'),
    ('unexplained', 'suspense', 'bank'),
    ('explained', 'suspense', 'fund'),
    ('explained', 'fund', 'suspense'),
    ('explained', 'suspense', 'clearing'),
    ('explained', 'clearing', 'suspense'),
    ('explained', 'suspense', 'bank'),
    ('explained', 'bank', 'suspense'),
    ('explained', 'suspense', 'charges'),
    ('explained', 'charges', 'suspense'),
    ('explained', 'suspense', 'interest'),
    ('explained', 'interest', 'suspense'),
    ('charge', 'charges', 'bank'),
    ('charge', 'fund', 'charges'),
    ('charge', 'fund', 'bank')
$$;

-- Adds to the sums of accounts, locked in the order of their ids, so that two statements never wait for each other.
CREATE OR REPLACE FUNCTION ceiba_ledger_add(
    accounts bigint[], more_debits bigint[], more_credits bigint[], more_debits_pending bigint[], more_credits_pending bigint[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM a.id FROM ledger_account a WHERE a.id = ANY (accounts) ORDER BY a.id FOR UPDATE;
    UPDATE ledger_account a
    SET debits_posted = a.debits_posted + s.debits, credits_posted = a.credits_posted + s.credits,
        debits_pending = a.debits_pending + s.debits_pending, credits_pending = a.credits_pending + s.credits_pending
    FROM unnest(accounts, more_debits, more_credits, more_debits_pending, more_credits_pending)
        AS s (account_id, debits, credits, debits_pending, credits_pending)
    WHERE a.id = s.account_id;
END $$;

CREATE OR REPLACE FUNCTION ceiba_ledger_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
    moved record;
BEGIN
    EXECUTE $query$
        WITH wrong AS MATERIALIZED (
            SELECT n.id, n.kind
            FROM new_transfers n
            LEFT JOIN ledger_account d ON d.id = n.debit_id
            LEFT JOIN ledger_account c ON c.id = n.credit_id
            LEFT JOIN ceiba_ledger_routes() r ON r.kind = n.kind AND r.debit = d.kind AND r.credit = c.kind
            WHERE r.kind IS NULL OR d.currency <> n.currency OR c.currency <> n.currency OR d.programme_id <> c.programme_id
        )
        SELECT * FROM wrong LIMIT 1
    $query$ INTO wrong;
    IF wrong.id IS NOT NULL THEN
        RAISE EXCEPTION 'transfer % (%) may not go between these accounts', wrong.id, wrong.kind
            USING ERRCODE = 'check_violation';
    END IF;

    EXECUTE $query$
        SELECT array_agg(account_id) AS accounts, array_agg(debits_posted) AS debits_posted,
            array_agg(credits_posted) AS credits_posted, array_agg(debits_pending) AS debits_pending,
            array_agg(credits_pending) AS credits_pending
        FROM (
            SELECT side.account_id,
                coalesce(sum(amount_minor) FILTER (WHERE side.debit AND NOT pending), 0)::bigint AS debits_posted,
                coalesce(sum(amount_minor) FILTER (WHERE NOT side.debit AND NOT pending), 0)::bigint AS credits_posted,
                coalesce(sum(amount_minor) FILTER (WHERE side.debit AND pending), 0)::bigint AS debits_pending,
                coalesce(sum(amount_minor) FILTER (WHERE NOT side.debit AND pending), 0)::bigint AS credits_pending
            FROM new_transfers
            CROSS JOIN LATERAL (VALUES (debit_id, true), (credit_id, false)) AS side (account_id, debit)
            GROUP BY side.account_id
        ) s
    $query$ INTO moved;
    PERFORM ceiba_ledger_add(moved.accounts, moved.debits_posted, moved.credits_posted, moved.debits_pending, moved.credits_pending);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ceiba_ledger_settlements() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
    moved record;
BEGIN
    EXECUTE $query$
        WITH wrong AS MATERIALIZED (
            SELECT n.transfer_id
            FROM new_settlements n LEFT JOIN ledger_transfer t ON t.id = n.transfer_id
            WHERE t.id IS NULL OR NOT t.pending
        )
        SELECT * FROM wrong LIMIT 1
    $query$ INTO wrong;
    IF wrong.transfer_id IS NOT NULL THEN
        RAISE EXCEPTION 'nothing is pending as transfer %', wrong.transfer_id USING ERRCODE = 'foreign_key_violation';
    END IF;

    EXECUTE $query$
        SELECT array_agg(account_id) AS accounts, array_agg(debits_posted) AS debits_posted,
            array_agg(credits_posted) AS credits_posted, array_agg(- debits) AS debits_pending,
            array_agg(- credits) AS credits_pending
        FROM (
            SELECT side.account_id,
                coalesce(sum(t.amount_minor) FILTER (WHERE side.debit), 0)::bigint AS debits,
                coalesce(sum(t.amount_minor) FILTER (WHERE NOT side.debit), 0)::bigint AS credits,
                coalesce(sum(t.amount_minor) FILTER (WHERE side.debit AND n.posted), 0)::bigint AS debits_posted,
                coalesce(sum(t.amount_minor) FILTER (WHERE NOT side.debit AND n.posted), 0)::bigint AS credits_posted
            FROM new_settlements n
            JOIN ledger_transfer t ON t.id = n.transfer_id
            CROSS JOIN LATERAL (VALUES (t.debit_id, true), (t.credit_id, false)) AS side (account_id, debit)
            GROUP BY side.account_id
        ) s
    $query$ INTO moved;
    PERFORM ceiba_ledger_add(moved.accounts, moved.debits_posted, moved.credits_posted, moved.debits_pending, moved.credits_pending);
    RETURN NULL;
END $$;

-- An account begins empty, keeps what it is, and its sums move by the two functions above alone.
CREATE OR REPLACE FUNCTION ceiba_ledger_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (NEW.debits_posted, NEW.credits_posted, NEW.debits_pending, NEW.credits_pending) <> (0, 0, 0, 0) THEN
            RAISE EXCEPTION 'account % must begin empty', NEW.code USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'account % is never deleted', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.code, NEW.kind, NEW.programme_id, NEW.currency, NEW.subject)
            <> (OLD.id, OLD.code, OLD.kind, OLD.programme_id, OLD.currency, OLD.subject)
            OR NEW.participant_id IS DISTINCT FROM OLD.participant_id THEN
        RAISE EXCEPTION 'account % is what it is: open another', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    IF pg_trigger_depth() < 2 AND (NEW.debits_posted, NEW.credits_posted, NEW.debits_pending, NEW.credits_pending)
            <> (OLD.debits_posted, OLD.credits_posted, OLD.debits_pending, OLD.credits_pending) THEN
        RAISE EXCEPTION 'the sums of account % move by transfers alone', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER ledger_transfers AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS new_transfers
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_ledger_transfers();
CREATE OR REPLACE TRIGGER ledger_settlements AFTER INSERT ON ledger_settlement
    REFERENCING NEW TABLE AS new_settlements
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_ledger_settlements();
CREATE OR REPLACE TRIGGER ledger_account BEFORE INSERT OR UPDATE OR DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ceiba_ledger_account();
