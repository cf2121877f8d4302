-- What records must be for the database to take them. One check for the whole statement, so that half a million
-- records cost a join each, not half a million look-ups.
CREATE OR REPLACE FUNCTION ceiba_evidence_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    -- A record came in a file or a form, and is of somebody in the register or of an area.
    SELECT n.kind, n.key INTO wrong
    FROM new_records n
    LEFT JOIN evidence_drop d ON d.id = n.drop_id
    LEFT JOIN submissions_submission s ON s.id = n.submission_id
    LEFT JOIN registry_participant p ON p.id = n.participant_id
    LEFT JOIN registry_area a ON a.code = n.area_code
    WHERE (d.id IS NULL AND s.id IS NULL)
        OR (n.participant_id IS NOT NULL AND p.id IS NULL)
        OR (n.area_code <> '' AND a.code IS NULL)
        OR (n.participant_id IS NULL AND n.area_code = '')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% % is of no file or form, person or area that there is', wrong.kind, wrong.key
            USING ERRCODE = 'foreign_key_violation';
    END IF;

    -- Nothing is added to what a month of the person, or of anybody in the area, was decided on: what comes later
    -- is received later.
    SELECT n.kind, n.key INTO wrong
    FROM evidence_closing c
    JOIN registry_enrolment e ON e.programme_id = c.programme_id
    JOIN new_records n ON n.participant_id = e.participant_id AND n.received_at <= c.cutoff
    LIMIT 1;
    IF NOT FOUND AND EXISTS (SELECT FROM new_records WHERE participant_id IS NULL) THEN
        SELECT n.kind, n.key INTO wrong
        FROM new_records n
        JOIN (
            SELECT p.area_id, max(c.cutoff) AS cutoff
            FROM evidence_closing c
            JOIN registry_enrolment e ON e.programme_id = c.programme_id
            JOIN registry_participant p ON p.id = e.participant_id
            GROUP BY p.area_id
        ) AS decided ON starts_with(decided.area_id, n.area_code) AND n.received_at <= decided.cutoff
        WHERE n.participant_id IS NULL
        LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION '% % would be received before a cut-off that has been decided with', wrong.kind, wrong.key
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER evidence_guard AFTER INSERT ON evidence_evidence
    REFERENCING NEW TABLE AS new_records
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_evidence_guard();
