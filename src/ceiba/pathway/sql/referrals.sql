-- Places go to the next in the order, never more than there are; answers, departures and returns follow from them.

-- The answer that holds of a referral: the one that nothing replaces; null while there is none.
CREATE OR REPLACE FUNCTION ceiba_pathway_said(referral bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT a.said::text FROM pathway_answer a
    WHERE a.referral_id = referral AND NOT EXISTS (SELECT FROM pathway_answer n WHERE n.replaces_id = a.id)
$$;

-- Of batches: more places held than there are.
CREATE OR REPLACE FUNCTION ceiba_pathway_overfull(batches bigint[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM pathway_batch b JOIN pathway_referral r ON r.batch_id = b.id
        LEFT JOIN pathway_answer a ON a.referral_id = r.entry_id
            AND NOT EXISTS (SELECT FROM pathway_answer n WHERE n.replaces_id = a.id)
        WHERE b.id = ANY (batches) AND coalesce(a.said, 'accepted') NOT IN ('refused', 'no_answer', 'declined')
        GROUP BY b.id, b.places HAVING count(*) > b.places)
$$;

-- One at a time for a batch, so that two who see the same free place do not both give it.
CREATE OR REPLACE FUNCTION ceiba_pathway_referral_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('pathway_batch'), NEW.batch_id::int);
    RETURN NEW;
END $$;

-- A place is offered to who consents, after everybody before them was offered one or left.
CREATE OR REPLACE FUNCTION ceiba_pathway_referral_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
            SELECT FROM new_referrals n JOIN pathway_entry e ON e.id = n.entry_id JOIN pathway_batch b ON b.id = e.batch_id
            WHERE n.batch_id <> b.id OR n.answer_by < (n.at AT TIME ZONE 'UTC')::date
                OR NOT EXISTS (SELECT FROM pathway_place p WHERE p.entry_id = n.entry_id)
                OR EXISTS (SELECT FROM pathway_leaving l WHERE l.entry_id = n.entry_id)
                OR NOT EXISTS (
                    SELECT FROM ceiba_pathway_shared(e.participant_id, b.recipient_id, n.at) s WHERE s.stage = b.stage)) THEN
        RAISE EXCEPTION 'a place is offered to somebody on the list who still consents' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
            SELECT FROM (
                SELECT n.batch_id, max(p.place) AS place
                FROM new_referrals n JOIN pathway_place p ON p.entry_id = n.entry_id GROUP BY n.batch_id
            ) last
            JOIN pathway_place p ON p.batch_id = last.batch_id AND p.place < last.place
            LEFT JOIN pathway_referral r ON r.entry_id = p.entry_id LEFT JOIN pathway_leaving l ON l.entry_id = p.entry_id
            WHERE r.entry_id IS NULL AND l.entry_id IS NULL) THEN
        RAISE EXCEPTION 'a place is offered to the next in the order' USING ERRCODE = 'restrict_violation';
    END IF;
    IF ceiba_pathway_overfull(ARRAY(SELECT DISTINCT n.batch_id FROM new_referrals n)) THEN
        RAISE EXCEPTION 'a batch has no more places' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ceiba_pathway_leaving_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
            SELECT FROM new_leavings n JOIN pathway_entry e ON e.id = n.entry_id JOIN pathway_batch b ON b.id = e.batch_id
            WHERE NOT EXISTS (SELECT FROM pathway_place p WHERE p.entry_id = n.entry_id)
                OR EXISTS (SELECT FROM pathway_referral r WHERE r.entry_id = n.entry_id)
                OR EXISTS (
                    SELECT FROM ceiba_pathway_shared(e.participant_id, b.recipient_id, n.at) s WHERE s.stage = b.stage)) THEN
        RAISE EXCEPTION 'nobody leaves a list who consents, or who was offered a place' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ceiba_pathway_answer_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    offered record;
    told_on date := (NEW.at AT TIME ZONE 'UTC')::date;
BEGIN
    SELECT r.batch_id, r.answer_by, (r.at AT TIME ZONE 'UTC')::date AS offered_on INTO offered
    FROM pathway_referral r WHERE r.entry_id = NEW.referral_id;
    PERFORM pg_advisory_xact_lock(hashtext('pathway_batch'), offered.batch_id::int);
    IF NEW.on < offered.offered_on OR NEW.on > told_on OR (NEW.said = 'no_answer' AND told_on <= offered.answer_by) THEN
        RAISE EXCEPTION 'an answer is of a day since the place was offered; none, after the day it was to come by'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM pathway_movement m WHERE m.referral_id = NEW.referral_id) OR (NEW.replaces_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM pathway_answer a WHERE a.id = NEW.replaces_id AND a.referral_id = NEW.referral_id)) THEN
        RAISE EXCEPTION 'an answer replaces one of the same referral, before anybody departed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION ceiba_pathway_answer_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ceiba_pathway_overfull(ARRAY(SELECT r.batch_id FROM pathway_referral r WHERE r.entry_id = NEW.referral_id)) THEN
        RAISE EXCEPTION 'the place has gone to the next' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

-- A season is of somebody accepted; a year holds 184 days away at most (core/referrals.py: DAYS_AWAY_YEAR_MAX), counting
-- each season to its end until the return is known. A return is written down as it was, late or not.
CREATE OR REPLACE FUNCTION ceiba_pathway_movement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    trip record;
    others text[];
BEGIN
    SELECT b.season_from, b.season_until, e.participant_id INTO trip
    FROM pathway_referral r JOIN pathway_batch b ON b.id = r.batch_id JOIN pathway_entry e ON e.id = r.entry_id
    WHERE r.entry_id = NEW.referral_id;
    PERFORM pg_advisory_xact_lock(hashtext('pathway_season'), trip.participant_id::int);
    SELECT coalesce(array_agg(m.moved::text), '{}') INTO others FROM pathway_movement m WHERE m.referral_id = NEW.referral_id;
    IF trip.season_from IS NULL OR ceiba_pathway_said(NEW.referral_id) IS DISTINCT FROM 'accepted'
            OR NEW.on > (NEW.at AT TIME ZONE 'UTC')::date
            OR (NEW.moved = 'returned') <> ('departed' = ANY (others)) OR 'no_show' = ANY (others) THEN
        RAISE EXCEPTION 'of a season: who was accepted departs, or does not, and returns' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.moved = 'returned' AND NEW.on < (
            SELECT m.on FROM pathway_movement m WHERE m.referral_id = NEW.referral_id AND m.moved = 'departed') THEN
        RAISE EXCEPTION 'nobody returns before they departed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.moved = 'departed' AND (NEW.on NOT BETWEEN trip.season_from AND trip.season_until OR EXISTS (
            SELECT FROM (
                SELECT NEW.on AS since, trip.season_until AS until
                UNION ALL SELECT away.since, away.until FROM ceiba_pathway_away(trip.participant_id) away
            ) t, generate_series(extract(year FROM NEW.on)::int, extract(year FROM trip.season_until)::int) y
            WHERE t.since <= make_date(y, 12, 31) AND t.until >= make_date(y, 1, 1)
            GROUP BY y
            HAVING sum(least(t.until, make_date(y, 12, 31)) - greatest(t.since, make_date(y, 1, 1)) + 1) > 184)) THEN
        RAISE EXCEPTION 'participant % may be away six months a year', trip.participant_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- From when to when a person was or is away in seasons: until the return, or the end of the season while it is not known.
CREATE OR REPLACE FUNCTION ceiba_pathway_away(person bigint) RETURNS TABLE (since date, until date) LANGUAGE sql STABLE AS $$
    SELECT d.on, coalesce(h.on, b.season_until)
    FROM pathway_entry e JOIN pathway_batch b ON b.id = e.batch_id
    JOIN pathway_movement d ON d.referral_id = e.id AND d.moved = 'departed'
    LEFT JOIN pathway_movement h ON h.referral_id = e.id AND h.moved = 'returned'
    WHERE e.participant_id = person
$$;

CREATE OR REPLACE TRIGGER pathway_referral_lock BEFORE INSERT ON pathway_referral
    FOR EACH ROW EXECUTE FUNCTION ceiba_pathway_referral_lock();
CREATE OR REPLACE TRIGGER pathway_referral_guard AFTER INSERT ON pathway_referral
    REFERENCING NEW TABLE AS new_referrals FOR EACH STATEMENT EXECUTE FUNCTION ceiba_pathway_referral_guard();
CREATE OR REPLACE TRIGGER pathway_leaving_guard AFTER INSERT ON pathway_leaving
    REFERENCING NEW TABLE AS new_leavings FOR EACH STATEMENT EXECUTE FUNCTION ceiba_pathway_leaving_guard();
CREATE OR REPLACE TRIGGER pathway_answer_guard BEFORE INSERT ON pathway_answer
    FOR EACH ROW EXECUTE FUNCTION ceiba_pathway_answer_guard();
CREATE OR REPLACE TRIGGER pathway_answer_places AFTER INSERT ON pathway_answer
    FOR EACH ROW EXECUTE FUNCTION ceiba_pathway_answer_places();
CREATE OR REPLACE TRIGGER pathway_movement_guard BEFORE INSERT ON pathway_movement
    FOR EACH ROW EXECUTE FUNCTION ceiba_pathway_movement_guard();
