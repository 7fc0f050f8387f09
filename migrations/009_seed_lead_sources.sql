-- The categories of lead sources, and the first twelve sources.
--
-- Addresses are under the reserved domain .example: a copy of this database never reads somebody's site. The real
-- addresses, and what switches a source on (is_enabled, terms_reviewed_on), are set by operators. A second run
-- therefore leaves a source that exists as it is.

INSERT INTO public.lead_source_categories (slug, title, description)
VALUES
    ('forums', 'Forums', 'Public boards on which people ask for advice about dating and love.'),
    ('newsletters', 'Newsletters', 'Letters to singles whose readers may answer publicly.'),
    ('events', 'Events', 'Calendars of speed datings, dances, hikes and dinners for singles.'),
    ('podcasts', 'Podcasts', 'Programmes about relationships, with comments of their listeners.'),
    ('partners', 'Partners', 'Organisations that recommend us and send their members.'),
    ('directories', 'Directories', 'Lists of matchmakers, coaches and clubs.')
ON CONFLICT (slug) DO NOTHING;

INSERT INTO public.lead_sources (slug, category_id, name, url, method, every, priority)
SELECT
    seed.slug,
    category.id,
    seed.name,
    'https://' || seed.address,
    seed.method::public.scrape_method,
    seed.every::interval,
    seed.priority
FROM (
    VALUES
        ('forums', 'slow-dating-board', 'Slow Dating Board', 'slow-dating.example/board.rss', 'feed', '2 hours', 2),
        ('forums', 'over-forty', 'Over Forty and Fine', 'over-forty.example/new', 'html', '6 hours', 3),
        ('forums', 'long-distance-talk', 'Long Distance Talk', 'ld-talk.example/feed', 'feed', '6 hours', 4),
        ('newsletters', 'sunday-singles', 'Sunday Singles', 'sunday-singles.example/archive', 'html', '7 days', 4),
        ('newsletters', 'second-spring', 'Second Spring', 'second-spring.example/rss', 'feed', '7 days', 5),
        ('events', 'supper-club', 'Supper Club Calendar', 'supper-club.example/events.json', 'api', '1 day', 2),
        ('events', 'dance-cards', 'Dance Cards', 'dance-cards.example/calendar', 'html', '1 day', 4),
        ('podcasts', 'plain-hearts', 'Plain Hearts', 'plain-hearts.example/comments.rss', 'feed', '1 day', 5),
        ('podcasts', 'met-at-last', 'Met at Last', 'met-at-last.example/listeners', 'html', '2 days', 6),
        ('partners', 'newcomers-office', 'Newcomers'' Office', 'newcomers.example/api/referrals', 'api', '1 day', 1),
        ('partners', 'walking-club', 'Walking Club', 'walking-club.example/referrals', 'manual', '30 days', 3),
        ('directories', 'coach-finder', 'Coach Finder', 'coach-finder.example/list', 'html', '14 days', 7)
) AS seed (category_slug, slug, name, address, method, every, priority)
JOIN public.lead_source_categories AS category ON category.slug = seed.category_slug
ON CONFLICT (slug) DO NOTHING;
