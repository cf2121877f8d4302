-- A constancia begins valid, signed by a key in its time, goes only where the list below lets it, and claims for ever
-- what it claimed; each change is written down. Once a statement: a job issues 100,000.
CREATE OR REPLACE FUNCTION ceiba_credential_issued() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows
        WHERE state <> 'valid' OR reason <> '' OR subject_cipher IS NULL OR changed_by_id <> issued_by_id
            OR changed_at <> issued_at)
    THEN
        RAISE EXCEPTION 'credential_begins_valid' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM new_rows n JOIN credentials_issuerkey k ON k.thumbprint = n.key_id
        WHERE k.purpose <> 'constancia' OR k.withdrawn_at IS NOT NULL OR n.issued_at < k.valid_from
            OR n.issued_at >= k.valid_until)
    THEN
        RAISE EXCEPTION 'credential_key_in_use' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM new_rows n JOIN credentials_statuslist s ON s.number = n.status_list_id
        WHERE n.status_index < 0 OR n.status_index >= s.size)
    THEN
        RAISE EXCEPTION 'credential_place_in_list' USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO credentials_credentialevent (credential_id, happening, reason, at, by_id)
    SELECT id, 'issued', '', changed_at, changed_by_id FROM new_rows ORDER BY id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ceiba_credential_changed() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM old_rows o FULL JOIN new_rows n ON n.id = o.id
        WHERE ROW(o.id, o.participant_id, o.programme_id, o.programme_name, o.months_accepted, o.first_month,
                o.last_month, o.key_id, o.status_list_id, o.status_index, o.issued_by_id, o.issued_at, o.expires_at)
            IS DISTINCT FROM
            ROW(n.id, n.participant_id, n.programme_id, n.programme_name, n.months_accepted, n.first_month,
                n.last_month, n.key_id, n.status_list_id, n.status_index, n.issued_by_id, n.issued_at, n.expires_at)
            OR (n.erased_at IS NULL AND (n.subject_cipher, n.card_cipher)
                IS DISTINCT FROM (o.subject_cipher, o.card_cipher))
            OR (o.erased_at IS NOT NULL AND n.erased_at IS DISTINCT FROM o.erased_at)
    ) THEN
        RAISE EXCEPTION 'credential_claims_stay' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE (o.state <> n.state AND (o.state, n.state) NOT IN (
                ('valid', 'suspended'), ('valid', 'asked'), ('suspended', 'valid'), ('suspended', 'asked'),
                ('asked', 'valid'), ('asked', 'suspended'), ('asked', 'revoked'), ('valid', 'revoked')))
            OR (o.state = 'valid' AND n.state = 'revoked' AND n.superseded_by_id IS NULL)
            OR (o.state = 'asked' AND n.state = 'revoked' AND n.superseded_by_id IS NOT NULL)
            OR (n.state = 'asked' AND o.state <> 'asked' AND n.asked_by_id <> n.changed_by_id)
            OR (o.asked_by_id IS NOT NULL AND n.state IN ('asked', 'revoked')
                AND n.asked_by_id IS DISTINCT FROM o.asked_by_id)
            OR (o.state = n.state AND (o.erased_at IS NOT DISTINCT FROM n.erased_at
                OR (o.asked_by_id, o.superseded_by_id, o.reason)
                    IS DISTINCT FROM (n.asked_by_id, n.superseded_by_id, n.reason)))
            OR n.changed_at < o.changed_at
    ) THEN
        RAISE EXCEPTION 'credential_transition' USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO credentials_credentialevent (credential_id, happening, reason, at, by_id)
    SELECT n.id,
        CASE
            WHEN n.state = o.state THEN 'erased'
            WHEN n.state = 'revoked' AND n.superseded_by_id IS NOT NULL THEN 'superseded'
            WHEN n.state = 'revoked' THEN 'revoked'
            WHEN n.state = 'asked' THEN 'asked'
            WHEN o.state = 'asked' THEN 'refused'
            WHEN n.state = 'suspended' THEN 'suspended'
            ELSE 'reinstated'
        END,
        CASE WHEN n.state = o.state THEN '' ELSE n.reason END, n.changed_at, n.changed_by_id
    FROM old_rows o JOIN new_rows n ON n.id = o.id
    ORDER BY n.id;
    RETURN NULL;
END $$;

-- The older goes before the newer comes, for there is one live at a time: so this is asked at the end.
CREATE OR REPLACE FUNCTION ceiba_credential_superseded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM credentials_credential n
        WHERE n.id = NEW.superseded_by_id AND n.id <> NEW.id AND n.participant_id = NEW.participant_id
            AND n.programme_id = NEW.programme_id AND n.issued_at >= NEW.issued_at)
    THEN
        RAISE EXCEPTION 'credential_superseded_by_own' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

-- A key's time ends once, a withdrawn key stays withdrawn, and nothing else of it changes.
CREATE OR REPLACE FUNCTION ceiba_issuer_key_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW(OLD.thumbprint, OLD.jwk, OLD.kind, OLD.purpose, OLD.valid_from, OLD.published_at, OLD.published_by_id)
            IS DISTINCT FROM
            ROW(NEW.thumbprint, NEW.jwk, NEW.kind, NEW.purpose, NEW.valid_from, NEW.published_at, NEW.published_by_id)
        OR (OLD.valid_until IS NOT NULL AND NEW.valid_until IS DISTINCT FROM OLD.valid_until)
        OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at)
    THEN
        RAISE EXCEPTION 'issuer_key_stays_itself' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

ALTER TABLE credentials_issuerkey DROP CONSTRAINT IF EXISTS key_public_alone;
ALTER TABLE credentials_issuerkey ADD CONSTRAINT key_public_alone
    CHECK (jwk - ARRAY['kty', 'crv', 'x', 'y'] = '{}'::jsonb AND jwk ?& ARRAY['kty', 'crv', 'x']);

CREATE OR REPLACE TRIGGER credential_issued AFTER INSERT ON credentials_credential
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ceiba_credential_issued();
CREATE OR REPLACE TRIGGER credential_changed AFTER UPDATE ON credentials_credential
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_credential_changed();
DROP TRIGGER IF EXISTS credential_superseded ON credentials_credential;
CREATE CONSTRAINT TRIGGER credential_superseded AFTER UPDATE ON credentials_credential
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.superseded_by_id IS NOT NULL)
    EXECUTE FUNCTION ceiba_credential_superseded();
CREATE OR REPLACE TRIGGER credential_kept BEFORE DELETE ON credentials_credential
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_refuse_change();
CREATE OR REPLACE TRIGGER issuer_key_changed BEFORE UPDATE ON credentials_issuerkey
    FOR EACH ROW EXECUTE FUNCTION ceiba_issuer_key_changed();
CREATE OR REPLACE TRIGGER issuer_key_kept BEFORE DELETE ON credentials_issuerkey
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_refuse_change();
