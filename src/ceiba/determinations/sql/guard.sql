-- A determination is of facts that are there: same month, person and revision. One check for the whole statement.
-- A transition table has no statistics: without the setting the planner would look rows up one by one.
CREATE FUNCTION ceiba_determination_guard() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
    wrong record;
BEGIN
    SELECT n.participant_id, n.month INTO wrong
    FROM new_rows n
    LEFT JOIN facts_monthfacts f
        ON f.programme_id = n.programme_id AND f.month = n.month
        AND f.participant_id = n.participant_id AND f.revision = n.revision
    WHERE f.participant_id IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'determination of participant % in % has no facts', wrong.participant_id, wrong.month
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER determination_guard AFTER INSERT ON determinations_determination
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_determination_guard();
