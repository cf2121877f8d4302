-- The code in the register of whom a form calls `said`: that code itself, or, where nobody has it, that of whoever was
-- entered, or found to be there already, for the enrolment that said it. Null for nobody, and for more than one.
CREATE FUNCTION ceiba_enrolled_as(said text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT p.code FROM registry_participant p WHERE p.code = said),
        (
            SELECT min(p.code) FROM entities_proposal q
            JOIN entities_entity e ON e.id = q.entity_id AND e.list_name = 'participants'
            JOIN registry_participant p ON p.id = e.row
            WHERE q.reason = 'new' AND q.state = 'accepted' AND q.proposed ->> 'code' = said
            HAVING count(DISTINCT p.id) = 1
        )
    )
$$;
