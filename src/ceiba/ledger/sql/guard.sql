-- What the ledger refuses, whatever path a row comes by, and the only hand that moves an account's sums.
-- Checks run once a statement: a run of half a million payments costs two joins, not half a million look-ups.
-- A transition table has no statistics: without the setting the planner would look rows up one by one.

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

CREATE OR REPLACE FUNCTION ceiba_ledger_transfers() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
    wrong record;
BEGIN
    SELECT n.id, n.kind INTO wrong
    FROM new_transfers n
    LEFT JOIN ledger_account d ON d.id = n.debit_id
    LEFT JOIN ledger_account c ON c.id = n.credit_id
    LEFT JOIN ceiba_ledger_routes() r ON r.kind = n.kind AND r.debit = d.kind AND r.credit = c.kind
    WHERE r.kind IS NULL OR d.currency <> n.currency OR c.currency <> n.currency OR d.programme_id <> c.programme_id
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transfer % (%) may not go between these accounts', wrong.id, wrong.kind
            USING ERRCODE = 'check_violation';
    END IF;

    -- In the order of their ids, so that two statements never wait for each other.
    PERFORM a.id FROM ledger_account a
    WHERE a.id IN (SELECT debit_id FROM new_transfers UNION SELECT credit_id FROM new_transfers)
    ORDER BY a.id FOR UPDATE;
    UPDATE ledger_account a
    SET debits_posted = a.debits_posted + s.debits_posted, credits_posted = a.credits_posted + s.credits_posted,
        debits_pending = a.debits_pending + s.debits_pending, credits_pending = a.credits_pending + s.credits_pending
    FROM (
        SELECT side.account_id,
            coalesce(sum(amount_minor) FILTER (WHERE side.debit AND NOT pending), 0) AS debits_posted,
            coalesce(sum(amount_minor) FILTER (WHERE NOT side.debit AND NOT pending), 0) AS credits_posted,
            coalesce(sum(amount_minor) FILTER (WHERE side.debit AND pending), 0) AS debits_pending,
            coalesce(sum(amount_minor) FILTER (WHERE NOT side.debit AND pending), 0) AS credits_pending
        FROM new_transfers
        CROSS JOIN LATERAL (VALUES (debit_id, true), (credit_id, false)) AS side (account_id, debit)
        GROUP BY side.account_id
    ) s
    WHERE a.id = s.account_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ceiba_ledger_settlements() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
    wrong record;
BEGIN
    SELECT n.transfer_id INTO wrong
    FROM new_settlements n LEFT JOIN ledger_transfer t ON t.id = n.transfer_id
    WHERE t.id IS NULL OR NOT t.pending
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'nothing is pending as transfer %', wrong.transfer_id USING ERRCODE = 'foreign_key_violation';
    END IF;

    PERFORM a.id FROM ledger_account a
    WHERE a.id IN (
        SELECT t.debit_id FROM new_settlements n JOIN ledger_transfer t ON t.id = n.transfer_id
        UNION SELECT t.credit_id FROM new_settlements n JOIN ledger_transfer t ON t.id = n.transfer_id
    )
    ORDER BY a.id FOR UPDATE;
    UPDATE ledger_account a
    SET debits_pending = a.debits_pending - s.debits, credits_pending = a.credits_pending - s.credits,
        debits_posted = a.debits_posted + s.debits_posted, credits_posted = a.credits_posted + s.credits_posted
    FROM (
        SELECT side.account_id,
            coalesce(sum(t.amount_minor) FILTER (WHERE side.debit), 0) AS debits,
            coalesce(sum(t.amount_minor) FILTER (WHERE NOT side.debit), 0) AS credits,
            coalesce(sum(t.amount_minor) FILTER (WHERE side.debit AND n.posted), 0) AS debits_posted,
            coalesce(sum(t.amount_minor) FILTER (WHERE NOT side.debit AND n.posted), 0) AS credits_posted
        FROM new_settlements n
        JOIN ledger_transfer t ON t.id = n.transfer_id
        CROSS JOIN LATERAL (VALUES (t.debit_id, true), (t.credit_id, false)) AS side (account_id, debit)
        GROUP BY side.account_id
    ) s
    WHERE a.id = s.account_id;
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
