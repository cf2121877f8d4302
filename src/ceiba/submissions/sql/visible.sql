({st}.state <> 'erased' AND %(may)s AND (
    {st}.participant_id IN ({people})
    OR {st}.participant_id IS NULL AND (
        {st}.group_code IN ({groups})
        OR EXISTS (
            SELECT FROM unnest(%(areas)s::text[]) AS reached(code) WHERE starts_with({st}.area_code, reached.code)
        )
        OR {st}.group_code = '' AND {st}.area_code = '' AND %(everywhere)s
    )
    OR {s}.user_id = %(own)s
))
