-- Writes how submissions stand (the frame in standings_new).
UPDATE submissions_standing t SET
    state = n.state,
    root_id = n.root_id,
    problems = n.problems::jsonb,
    waits_for = n.waits_for,
    participant_id = n.participant_id,
    area_code = coalesce(n.area, ''),
    group_code = coalesce(n."group", ''),
    plot_code = coalesce(n.plot, ''),
    month = n.month,
    observed_at = n.observed_at,
    stated_at = n.stated_at,
    clock = coalesce(n.clock, ''),
    lon = n.lon,
    lat = n.lat,
    accuracy_m = n.accuracy_m,
    outside = n.outside::bigint[],
    taken_at = %(now)s
FROM standings_new n WHERE n.submission_id = t.submission_id
