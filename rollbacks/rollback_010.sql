-- Undoes 010_massive_source_expansion.sql: takes out its 64 sources, with the logs of their runs, and four categories.
--
-- As with 009, a source that has brought a lead stays and stops this rollback (ON DELETE RESTRICT in leads).

DELETE FROM public.lead_sources
WHERE slug IN (
    'after-divorce', 'widowed-not-alone', 'shy-people', 'single-parents', 'first-date-questions',
    'expats-at-heart', 'graduates-board', 'night-shift',
    'letters-to-two', 'the-slow-burn', 'monday-hearts', 'kind-regards', 'table-for-one', 'new-in-town-weekly',
    'speed-dating-north', 'speed-dating-south', 'singles-hikes', 'museum-evenings', 'cooking-for-eight',
    'quiz-night-pairs', 'sailing-weekends', 'harvest-festival',
    'two-chairs', 'attachment-hour', 'dear-stranger', 'old-flames', 'kitchen-table-talks',
    'alumni-office', 'relocation-desk', 'community-choir', 'housing-cooperative', 'co-working-hub',
    'volunteer-exchange',
    'matchmakers', 'dance-schools', 'wedding-planners', 'community-centres', 'singles-clubs',
    'harbour-post', 'old-town-mirror', 'riverside-review', 'hill-and-valley', 'lakeside-listings',
    'market-square', 'northern-lights', 'island-times',
    'board-game-tables', 'climbing-partners', 'book-circles', 'allotment-gardeners', 'dog-walkers',
    'life-drawing', 'star-gazers', 'chamber-music', 'cycling-commuters', 'bird-watchers',
    'pottery-school', 'baking-workshop', 'evening-college', 'carpentry-basics',
    'tandem-evenings', 'conversation-cafe', 'pen-friends', 'sign-language-circle'
);

DELETE FROM public.lead_source_categories
WHERE slug IN ('city-guides', 'hobbies', 'classes', 'language');
