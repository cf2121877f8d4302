-- An account begins as a proposal, goes only where TRANSITIONS (core/payees.py) let it, and stays the account that it
-- is; each change is written down. Once a statement: a file is 450,000 rows.
CREATE OR REPLACE FUNCTION ceiba_payee_proposed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows WHERE state <> 'proposed' OR usable_from IS NOT NULL) THEN
        RAISE EXCEPTION 'account_begins_as_proposal' USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO payees_payeechange (account_id, state, at, by_id, why)
    SELECT id, state, changed_at, changed_by_id, why FROM new_rows ORDER BY id;
    RETURN NULL;
END $$;

-- A transition table has no statistics: without the setting the planner would look rows up one by one.
CREATE OR REPLACE FUNCTION ceiba_payee_changed() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE  -- what is left of an account when the data of its person are erased (services/erasing.py)
    erased CONSTANT jsonb := '{"bank": "", "number_cipher": "\\x", "number_hash": null, "tail": "", "holder": "",
        "document": "", "why": "—"}';
BEGIN
    IF EXISTS (
        SELECT FROM old_rows o FULL JOIN new_rows n ON n.id = o.id
        WHERE ROW(o.id, o.participant_id, o.scheme, o.bank, o.number_cipher, o.number_hash, o.tail, o.holder, o.cause,
                o.document, o.expires_on, o.source_id, o.proposed_by_id, o.proposed_at)
            IS DISTINCT FROM
            ROW(n.id, n.participant_id, n.scheme, n.bank, n.number_cipher, n.number_hash, n.tail, n.holder, n.cause,
                n.document, n.expires_on, n.source_id, n.proposed_by_id, n.proposed_at)
            AND NOT coalesce(ceiba_is_erased(o.participant_id) AND to_jsonb(n) = to_jsonb(o) || erased, false)
    ) THEN
        RAISE EXCEPTION 'account_stays_itself' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE (o.state <> n.state AND (o.state, n.state) NOT IN (
                ('proposed', 'confirmed'), ('proposed', 'refused'), ('proposed', 'frozen'),
                ('proposed', 'withdrawn'), ('confirmed', 'frozen'), ('confirmed', 'closed'), ('frozen', 'closed')))
            OR (o.state <> n.state AND n.state = 'withdrawn' AND n.changed_by_id <> n.proposed_by_id)
            OR (o.usable_from IS NOT NULL AND n.usable_from IS DISTINCT FROM o.usable_from)
            OR (o.confirmed_by_id IS NOT NULL
                AND (n.confirmed_by_id, n.confirmed_at) IS DISTINCT FROM (o.confirmed_by_id, o.confirmed_at))
    ) THEN
        RAISE EXCEPTION 'account_transition' USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO payees_payeechange (account_id, state, usable_from, usable_until, at, by_id, why)
    SELECT n.id, n.state, n.usable_from, n.usable_until, n.changed_at, n.changed_by_id, n.why
    FROM old_rows o JOIN new_rows n ON n.id = o.id
    WHERE ROW(o.state, o.usable_from, o.usable_until) IS DISTINCT FROM ROW(n.state, n.usable_from, n.usable_until)
    ORDER BY n.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER payee_proposed AFTER INSERT ON payees_payeeaccount
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ceiba_payee_proposed();
CREATE OR REPLACE TRIGGER payee_changed AFTER UPDATE ON payees_payeeaccount
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_payee_changed();
CREATE OR REPLACE TRIGGER payee_kept BEFORE DELETE ON payees_payeeaccount
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_refuse_change();
