-- What a payment line must be for the database to take it. One check for the whole statement, so that a
-- month of half a million lines costs two joins, not half a million look-ups.
-- Joins are planned each time (EXECUTE), for one row or half a million: only so does the planner know how many came. What is
-- wrong is looked for as a whole (MATERIALIZED): it would expect the first of LIMIT at once, and look rows up one by one.
CREATE OR REPLACE FUNCTION ceiba_payment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part record;
    wrong record;
BEGIN
    -- A line follows from a determination; a line for the month itself is exactly what was determined.
    EXECUTE $query$
        WITH wrong AS MATERIALIZED (
            SELECT l.participant_id, l.month, l.component
            FROM new_lines l
            LEFT JOIN determinations_determination d
                ON d.programme_id = l.programme_id AND d.month = l.for_month
                AND d.participant_id = l.participant_id AND d.revision = l.revision
            WHERE d.participant_id IS NULL
                OR (l.for_month = l.month AND (d.amounts ->> l.component)::bigint IS DISTINCT FROM l.amount_minor)
        )
        SELECT * FROM wrong LIMIT 1
    $query$ INTO wrong;
    IF wrong.participant_id IS NOT NULL THEN
        RAISE EXCEPTION 'payment line of participant % in % (%) does not follow from a determination',
            wrong.participant_id, wrong.month, wrong.component USING ERRCODE = 'foreign_key_violation';
    END IF;

    -- The cap holds for everything a person is paid in a month, arrears included, by any number of statements.
    FOR part IN SELECT DISTINCT programme_id, month FROM new_lines LOOP
        SELECT l.participant_id INTO wrong
        FROM payments_paymentline l
        WHERE l.programme_id = part.programme_id AND l.month = part.month
        GROUP BY l.participant_id
        HAVING sum(l.amount_minor) > min(l.cap_minor) OR sum(l.amount_minor) < 0
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'participant % would be paid above the cap, or below nothing, in %',
                wrong.participant_id, part.month USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER payment_guard AFTER INSERT ON payments_paymentline
    REFERENCING NEW TABLE AS new_lines
    FOR EACH STATEMENT EXECUTE FUNCTION ceiba_payment_guard();
