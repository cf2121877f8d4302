-- What is due for months before %(month)s: what the latest determination entitles to, less what has been listed.
-- Only months that late evidence decided again can differ, so only those are read.
WITH revised AS (
    SELECT DISTINCT month, participant_id
    FROM determinations_determination
    WHERE programme_id = %(programme)s AND revision > 0 AND month < %(month)s
), latest AS (
    SELECT DISTINCT ON (d.month, d.participant_id) d.month, d.participant_id, d.revision, d.amounts
    FROM determinations_determination d
    JOIN revised r ON r.month = d.month AND r.participant_id = d.participant_id
    WHERE d.programme_id = %(programme)s
    ORDER BY d.month, d.participant_id, d.revision DESC
), entitled AS (
    SELECT l.month, l.participant_id, part.key AS component, part.value::bigint AS amount_minor
    FROM latest l, jsonb_each_text(l.amounts) AS part
), listed AS (
    SELECT p.for_month AS month, p.participant_id, p.component, sum(p.amount_minor) AS amount_minor
    FROM payments_paymentline p
    JOIN revised r ON r.month = p.for_month AND r.participant_id = p.participant_id
    WHERE p.programme_id = %(programme)s AND p.month < %(month)s
    GROUP BY p.for_month, p.participant_id, p.component
), due AS (
    SELECT month, participant_id, component,
        coalesce(e.amount_minor, 0) - coalesce(s.amount_minor, 0) AS due_minor
    FROM entitled e FULL JOIN listed s USING (month, participant_id, component)
)
SELECT d.participant_id, d.component, d.month AS for_month, l.revision, d.due_minor, f.country, f.variant
FROM due d
JOIN latest l USING (month, participant_id)
JOIN facts_monthfacts f
    ON f.programme_id = %(programme)s AND f.month = d.month AND f.participant_id = d.participant_id AND f.revision = 0
WHERE d.due_minor <> 0
