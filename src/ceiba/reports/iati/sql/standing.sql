-- Plots and plants of everyone active in the given months, as the latest revision of the facts has them.
SELECT DISTINCT ON (month, participant_id) participant_id, plants_planted::bigint AS planted,
       survival_sampled::bigint AS sampled, survival_alive::bigint AS alive,
       extract(year FROM month)::integer AS year, plot_measured_m2::bigint AS measured_m2,
       plot_overlap_m2::bigint AS shared_m2
FROM facts_monthfacts
WHERE programme_id = %(programme)s AND month = ANY(%(months)s::date[])
ORDER BY month, participant_id, revision DESC
