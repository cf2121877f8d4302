-- The hashes of nodes by level and number: each is found in the last row of its level that begins at it or before.
SELECT wanted.level, wanted.number, substring(row.hashes FROM ((wanted.number - row.first) * 32 + 1)::int FOR 32)
FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, number)
CROSS JOIN LATERAL (
    SELECT first, count, hashes FROM transparency_nodes
    WHERE level = wanted.level AND first <= wanted.number
    ORDER BY first DESC LIMIT 1
) AS row
WHERE wanted.number < row.first + row.count
