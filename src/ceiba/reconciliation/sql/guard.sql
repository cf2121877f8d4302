-- A credit is booked once: as a disbursement, or as what a person explained it to be, whichever comes first.
-- Both look under the lock of the books (`ledger/lock.py`), so that neither misses the other in the same moment.

-- Whether a name that a person copied is one of those by which the bank calls an entry (core/expected.py: _named).
CREATE OR REPLACE FUNCTION ceiba_bank_calls(name text, VARIADIC names text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT upper(regexp_replace(name, '\s', '', 'g')) <> '' AND EXISTS (
        SELECT FROM unnest(names) AS t (called)
        WHERE upper(regexp_replace(called, '\s', '', 'g')) = upper(regexp_replace(name, '\s', '', 'g'))
    )
$$;

CREATE OR REPLACE FUNCTION ceiba_deposit_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ceiba books'));
    IF EXISTS (
        SELECT FROM reconciliation_openitem i JOIN ledger_bankaccount b ON b.id = i.bank_account_id
        WHERE b.code = NEW.bank_account AND i.direction = 'in' AND i.key LIKE 'entry:%' AND i.explained_minor <> 0
            AND ceiba_bank_calls(NEW.reference, i.reference, i.end_to_end_id, i.batch, i.message, i.entry)
    ) THEN
        RAISE EXCEPTION 'deposit_explained_already: % of %', NEW.reference, NEW.bank_account
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'deposit_explained_already';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION ceiba_explained_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ceiba books'));
    IF EXISTS (
        SELECT FROM reconciliation_openitem i JOIN ledger_bankaccount b ON b.id = i.bank_account_id
        JOIN funding_disbursement d ON d.bank_account = b.code AND d.accepted AND d.amount_minor > 0
        WHERE i.id = NEW.item_id AND i.direction = 'in' AND i.key LIKE 'entry:%'
            AND NOT EXISTS (SELECT FROM funding_disbursement r WHERE r.replaces_id = d.id AND r.accepted)
            AND ceiba_bank_calls(d.reference, i.reference, i.end_to_end_id, i.batch, i.message, i.entry)
    ) OR EXISTS (
        SELECT FROM reconciliation_openitem i
        JOIN savings_move m ON i.bank_account_id IN (m.source_id, m.target_id) AND m.state IN ('confirmed', 'booked')
        JOIN savings_movefile f ON f.move_id = m.id
        WHERE i.id = NEW.item_id AND i.key LIKE 'entry:%'
            AND ceiba_bank_calls(f.message, i.reference, i.end_to_end_id, i.batch, i.message, i.entry)
    ) THEN
        RAISE EXCEPTION 'explained_elsewhere: item %', NEW.item_id
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'explained_elsewhere';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER deposit_once BEFORE UPDATE ON funding_disbursement
    FOR EACH ROW WHEN (NEW.accepted AND NEW.amount_minor > 0) EXECUTE FUNCTION ceiba_deposit_once();
CREATE OR REPLACE TRIGGER explained_once BEFORE INSERT OR UPDATE ON reconciliation_explanation
    FOR EACH ROW WHEN (NEW.confirmed_at IS NOT NULL) EXECUTE FUNCTION ceiba_explained_once();
