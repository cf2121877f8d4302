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
    IF NOT ceiba_is_erased(coalesce(owner, 0))
        OR (TG_OP = 'DELETE') <> (TG_ARGV[1] = 'gone')
        OR (TG_OP = 'UPDATE' AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) || TG_ARGV[1]::jsonb)
    THEN
        RAISE EXCEPTION '% is append-only: only the data of somebody who is erased are', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
