-- Who may give, take back and use a consent, whatever path a row comes by.

-- What a person shares with a recipient at a moment: the parts of the consents that are live then.
CREATE OR REPLACE FUNCTION ceiba_pathway_shared(person bigint, recipient bigint, moment timestamptz)
RETURNS TABLE (stage text, parts text[]) LANGUAGE sql STABLE AS $$
    SELECT c.stage::text, c.parts::text[]
    FROM pathway_consent c LEFT JOIN pathway_withdrawal w ON w.consent_id = c.id
    WHERE c.participant_id = person AND c.recipient_id = recipient AND c.at <= moment
        AND c.until >= (moment AT TIME ZONE 'UTC')::date AND (w.at IS NULL OR w.at > moment)
$$;

CREATE OR REPLACE FUNCTION ceiba_pathway_consent_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given_on date := (NEW.at AT TIME ZONE 'UTC')::date;
    own boolean;
    office boolean;
BEGIN
    SELECT u.role = 'participant' AND u.code = p.code, u.role = 'office' INTO own, office
    FROM accounts_user u, registry_participant p WHERE u.id = NEW.by_id AND p.id = NEW.participant_id;
    IF NOT (CASE WHEN NEW.reading = 'own' THEN own ELSE office END) THEN
        RAISE EXCEPTION 'consent is given by the person, or by an office with the person present'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.until < given_on OR NEW.until > given_on + 732 THEN
        RAISE EXCEPTION 'a consent ends on a day to come, two years on at the latest' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION ceiba_pathway_withdrawal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
            SELECT FROM accounts_user u, pathway_consent c JOIN registry_participant p ON p.id = c.participant_id
            WHERE u.id = NEW.by_id AND c.id = NEW.consent_id
                AND (u.role = 'office' OR (u.role = 'participant' AND u.code = p.code))) THEN
        RAISE EXCEPTION 'a consent is taken back by the person, or by an office at their word'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- A look is of an officer of the recipient, at parts that the person shares with it at that moment.
CREATE OR REPLACE FUNCTION ceiba_pathway_look_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
            SELECT FROM accounts_user u JOIN pathway_recipient r ON r.code = u.code
            WHERE u.id = NEW.by_id AND u.role = 'consular' AND r.id = NEW.recipient_id) THEN
        RAISE EXCEPTION 'a look is of an officer of the recipient' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT NEW.parts::text[] @> ARRAY['identity'] OR EXISTS (
            SELECT unnest(NEW.parts::text[])
            EXCEPT SELECT unnest(s.parts) FROM ceiba_pathway_shared(NEW.participant_id, NEW.recipient_id, NEW.at) s) THEN
        RAISE EXCEPTION 'participant % does not share this with recipient %', NEW.participant_id, NEW.recipient_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER pathway_consent_guard BEFORE INSERT ON pathway_consent
    FOR EACH ROW EXECUTE FUNCTION ceiba_pathway_consent_guard();
CREATE OR REPLACE TRIGGER pathway_withdrawal_guard BEFORE INSERT ON pathway_withdrawal
    FOR EACH ROW EXECUTE FUNCTION ceiba_pathway_withdrawal_guard();
CREATE OR REPLACE TRIGGER pathway_look_guard BEFORE INSERT ON pathway_look
    FOR EACH ROW EXECUTE FUNCTION ceiba_pathway_look_guard();
