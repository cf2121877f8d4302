-- Runs whose tallies are not what their payments add up to. There are none, or a guard failed.
WITH counted AS (
    SELECT run_id, state, count(*) AS payments, sum(amount_minor) AS amount_minor
    FROM payments_payment GROUP BY run_id, state
), told AS (
    SELECT run_id, state, sum(payments) AS payments, sum(amount_minor) AS amount_minor
    FROM payments_runtally GROUP BY run_id, state
    HAVING sum(payments) <> 0 OR sum(amount_minor) <> 0
)
SELECT DISTINCT run_id
FROM counted FULL JOIN told USING (run_id, state)
WHERE (counted.payments, counted.amount_minor) IS DISTINCT FROM (told.payments, told.amount_minor)
ORDER BY run_id
