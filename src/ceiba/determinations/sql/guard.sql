-- A determination is of facts that are there: same month, person and revision. Checked once for the whole statement,
-- month by month: a join by person alone costs half of one by month, person, revision and programme.
-- A transition table has no statistics: without the setting the planner would look rows up one by one.
CREATE OR REPLACE FUNCTION ceiba_determination_guard() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
    part record;
    wrong bigint;
BEGIN
    FOR part IN SELECT DISTINCT programme_id, month, revision FROM new_rows LOOP
        SELECT n.participant_id INTO wrong
        FROM new_rows n
        WHERE n.programme_id = part.programme_id AND n.month = part.month AND n.revision = part.revision
            AND NOT EXISTS (
                SELECT FROM facts_monthfacts f
                WHERE f.programme_id = part.programme_id AND f.month = part.month
                    AND f.revision = part.revision AND f.participant_id = n.participant_id
            )
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'determination of participant % in % has no facts', wrong, part.month
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER determination_guard AFTER INSERT ON determinations_determination
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_determination_guard();
