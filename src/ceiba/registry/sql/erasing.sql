-- What may be done to rows that are otherwise never changed when the data of their person are erased, and nothing else:
-- a row takes the values of TG_ARGV[1] (JSON: column -> value) and keeps all others, or goes, where that is 'gone'.
-- TG_ARGV[0] is the query that says whose a row ($1) is. Row by row, against decision 0005: there are a few hundred
-- rows of a person, and nothing but an erasure ever comes this way.
CREATE FUNCTION ceiba_is_erased(person bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM registry_participant WHERE id = person AND erased_at IS NOT NULL)
$$;

CREATE FUNCTION ceiba_erased_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner bigint;
BEGIN
    EXECUTE TG_ARGV[0] INTO owner USING OLD;
    IF ceiba_is_erased(coalesce(owner, 0)) THEN
        IF TG_ARGV[1] = 'gone' THEN  -- then the trigger is one of DELETE, else of UPDATE
            RETURN OLD;
        ELSIF to_jsonb(NEW) = to_jsonb(OLD) || TG_ARGV[1]::jsonb THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: of somebody who is erased alone something goes', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
