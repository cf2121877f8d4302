-- What an enrolment must be for the database to take it, by any path: import, service or a statement by hand.
-- Each check is one query a statement, so that half a million enrolments cost joins, not half a million look-ups.

-- The required documents that each of the given people has not got for the given state of the given programme.
-- "suspended" asks that the register hold them, even expired: an expired paper is a reason to suspend.
CREATE FUNCTION ceiba_documents_missing(participants bigint[], programmes text[], states text[], days date[])
RETURNS TABLE (participant_id bigint, programme_id text, document text) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT n.participant_id, n.programme_id, r.document::text
    FROM unnest(participants, programmes, states, days) AS n (participant_id, programme_id, state, day)
    JOIN registry_requireddocument r ON r.programme_id = n.programme_id
    JOIN registry_participant p ON p.id = n.participant_id
    WHERE n.state IN ('active', 'suspended', 'graduated')
        AND r.country IN ('', split_part(p.area_id, '-', 1))
        AND (r.tenure = '' OR EXISTS (
            SELECT FROM registry_plot l WHERE l.participant_id = n.participant_id AND l.tenure = r.tenure
        ))
        AND NOT EXISTS (
            SELECT FROM registry_document d
            WHERE d.participant_id = n.participant_id AND d.document = r.document AND d.held
                AND (d.expires_on IS NULL OR d.expires_on >= n.day OR n.state = 'suspended')
        )
$$;

CREATE FUNCTION ceiba_enrolment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
    transitions CONSTANT text[] := ARRAY[
        'applied>waiting', 'applied>active', 'applied>exited', 'applied>deceased',
        'waiting>active', 'waiting>exited', 'waiting>deceased',
        'active>suspended', 'active>exited', 'active>graduated', 'active>deceased',
        'suspended>active', 'suspended>exited', 'suspended>deceased',
        'exited>applied'
    ];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'enrolments are not deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT n.id, o.state AS was, n.state INTO wrong
        FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE (o.participant_id, o.programme_id) IS DISTINCT FROM (n.participant_id, n.programme_id)
            OR (o.state <> n.state AND NOT o.state || '>' || n.state = ANY (transitions))
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'enrolment % may not go from % to %, nor to another person', wrong.id, wrong.was, wrong.state
                USING ERRCODE = 'check_violation';
        END IF;
        SELECT m.* INTO wrong FROM (
            SELECT array_agg(n.participant_id) AS a, array_agg(n.programme_id::text) AS b,
                array_agg(n.state::text) AS c, array_agg(n.state_since) AS d
            FROM old_rows o JOIN new_rows n ON n.id = o.id WHERE o.state <> n.state
        ) moved, ceiba_documents_missing(moved.a, moved.b, moved.c, moved.d) AS m
        LIMIT 1;
    ELSE
        SELECT m.* INTO wrong FROM (
            SELECT array_agg(participant_id) AS a, array_agg(programme_id::text) AS b,
                array_agg(state::text) AS c, array_agg(state_since) AS d
            FROM new_rows
        ) added, ceiba_documents_missing(added.a, added.b, added.c, added.d) AS m
        LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'participant % lacks % for programme %', wrong.participant_id, wrong.document, wrong.programme_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'enrolment_needs_documents';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER enrolment_guard_insert AFTER INSERT ON registry_enrolment
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_enrolment_guard();
CREATE TRIGGER enrolment_guard_update AFTER UPDATE ON registry_enrolment
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_enrolment_guard();

CREATE TRIGGER enrolment_guard_delete BEFORE DELETE ON registry_enrolment
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_enrolment_guard();

-- Months are drawn from spans: what is past stays, only an open end is set; who was active had the documents.
CREATE FUNCTION ceiba_span_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'spans of enrolments are not deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT n.id INTO wrong FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE (o.enrolment_id, o.state, o.since, o.at_load, o.recorded_at)
                IS DISTINCT FROM (n.enrolment_id, n.state, n.since, n.at_load, n.recorded_at)
            OR (o.until IS NOT NULL AND n.until IS DISTINCT FROM o.until)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'span %: only the end of an open span may be set', wrong.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END IF;
    SELECT n.enrolment_id, n.state INTO wrong
    FROM new_rows n LEFT JOIN registry_enrolment e ON e.id = n.enrolment_id
    WHERE e.id IS NULL OR (n.until IS NULL AND (n.state, n.since) IS DISTINCT FROM (e.state, e.state_since)
        AND NOT (n.state = 'active' AND e.state = 'active' AND n.since = e.active_on))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the open span of enrolment % is not of its state, %', wrong.enrolment_id, wrong.state
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT n.recorded_by_id AS id INTO wrong
    FROM new_rows n WHERE n.recorded_by_id IS NOT NULL AND n.recorded_by_id NOT IN (SELECT id FROM accounts_user)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is no user %', wrong.id USING ERRCODE = 'foreign_key_violation';
    END IF;
    -- An open span that began with the enrolment's present state was let in by the enrolment's own guard.
    SELECT m.* INTO wrong FROM (
        SELECT array_agg(e.participant_id) AS a, array_agg(e.programme_id::text) AS b,
            array_agg(n.state::text) AS c, array_agg(n.since) AS d
        FROM new_rows n JOIN registry_enrolment e ON e.id = n.enrolment_id
        WHERE n.state IN ('active', 'suspended', 'graduated') AND NOT (n.until IS NULL AND n.since = e.state_since)
    ) added, ceiba_documents_missing(added.a, added.b, added.c, added.d) AS m
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'participant % lacks % for programme %', wrong.participant_id, wrong.document, wrong.programme_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'enrolment_needs_documents';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER span_guard_insert AFTER INSERT ON registry_enrolmentspan
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_span_guard();
CREATE TRIGGER span_guard_update AFTER UPDATE ON registry_enrolmentspan
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_span_guard();
CREATE TRIGGER span_guard_delete BEFORE DELETE ON registry_enrolmentspan
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_span_guard();
