-- Undoes 009_seed_lead_sources.sql: takes out the twelve sources, with the logs of their runs, and the categories.
--
-- A source that has brought a lead stays, and so does a category that has another source: this rollback then fails
-- (ON DELETE RESTRICT in leads and lead_sources). To stop reading such a source, set its is_enabled to false.

DELETE FROM public.lead_sources
WHERE slug IN (
    'slow-dating-board', 'over-forty', 'long-distance-talk',
    'sunday-singles', 'second-spring',
    'supper-club', 'dance-cards',
    'plain-hearts', 'met-at-last',
    'newcomers-office', 'walking-club',
    'coach-finder'
);

DELETE FROM public.lead_source_categories
WHERE slug IN ('forums', 'newsletters', 'events', 'podcasts', 'partners', 'directories');
