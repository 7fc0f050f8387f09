-- 64 more lead sources in old and new categories.
--
-- As in 009, addresses are under the reserved domain .example, nothing is switched on, and a row that exists is left
-- alone.

INSERT INTO public.lead_source_categories (slug, title, description)
VALUES
    ('city-guides', 'City guides', 'Local magazines with pages for people who are new or single.'),
    ('hobbies', 'Hobbies', 'Clubs and boards for a shared interest, where company is sought.'),
    ('classes', 'Evening classes', 'Schools for adults with courses in small groups.'),
    ('language', 'Language exchange', 'Meetings and boards for people who learn a language together.')
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
        ('forums', 'after-divorce', 'After Divorce', 'after-divorce.example/latest.rss', 'feed', '4 hours', 2),
        ('forums', 'widowed-not-alone', 'Widowed, Not Alone', 'widowed.example/board/new', 'html', '12 hours', 3),
        ('forums', 'shy-people', 'Shy People', 'shy-people.example/feed', 'feed', '6 hours', 3),
        ('forums', 'single-parents', 'Single Parents'' Corner', 'parents.example/corner.rss', 'feed', '4 hours', 2),
        ('forums', 'first-date-questions', 'First Date Questions', 'first-date.example/asked', 'html', '6 hours', 3),
        ('forums', 'expats-at-heart', 'Expats at Heart', 'expats-at-heart.example/forum.rss', 'feed', '8 hours', 4),
        ('forums', 'graduates-board', 'Graduates'' Board', 'graduates-board.example/love', 'html', '12 hours', 5),
        ('forums', 'night-shift', 'Night Shift', 'night-shift.example/board.rss', 'feed', '12 hours', 6),

        ('newsletters', 'letters-to-two', 'Letters to Two', 'letters-to-two.example/archive', 'html', '7 days', 5),
        ('newsletters', 'the-slow-burn', 'The Slow Burn', 'slow-burn.example/rss', 'feed', '7 days', 4),
        ('newsletters', 'monday-hearts', 'Monday Hearts', 'monday-hearts.example/rss', 'feed', '7 days', 5),
        ('newsletters', 'kind-regards', 'Kind Regards', 'kind-regards.example/issues', 'html', '14 days', 6),
        ('newsletters', 'table-for-one', 'Table for One', 'table-for-one.example/feed', 'feed', '7 days', 5),
        ('newsletters', 'new-in-town-weekly', 'New in Town Weekly', 'new-in-town.example/rss', 'feed', '7 days', 3),

        ('events', 'speed-dating-north', 'Speed Dating North', 'speed-north.example/dates.json', 'api', '1 day', 2),
        ('events', 'speed-dating-south', 'Speed Dating South', 'speed-south.example/dates.json', 'api', '1 day', 2),
        ('events', 'singles-hikes', 'Singles'' Hikes', 'singles-hikes.example/calendar.rss', 'feed', '1 day', 3),
        ('events', 'museum-evenings', 'Museum Evenings', 'museum-evenings.example/programme', 'html', '2 days', 4),
        ('events', 'cooking-for-eight', 'Cooking for Eight', 'cooking-for-eight.example/api/tables', 'api', '1 day', 3),
        ('events', 'quiz-night-pairs', 'Quiz Night for Pairs', 'quiz-pairs.example/dates', 'html', '2 days', 5),
        ('events', 'sailing-weekends', 'Sailing Weekends', 'sailing-weekends.example/berths', 'html', '7 days', 6),
        ('events', 'harvest-festival', 'Harvest Festival', 'harvest-festival.example/guests', 'manual', '30 days', 7),

        ('podcasts', 'two-chairs', 'Two Chairs', 'two-chairs.example/comments.rss', 'feed', '1 day', 4),
        ('podcasts', 'attachment-hour', 'The Attachment Hour', 'attachment.example/community', 'html', '2 days', 4),
        ('podcasts', 'dear-stranger', 'Dear Stranger', 'dear-stranger.example/feed', 'feed', '1 day', 5),
        ('podcasts', 'old-flames', 'Old Flames', 'old-flames.example/letters', 'html', '7 days', 6),
        ('podcasts', 'kitchen-table-talks', 'Kitchen Table Talks', 'kitchen.example/comments.rss', 'feed', '2 days', 5),

        ('partners', 'alumni-office', 'Alumni Office', 'alumni-office.example/api/referrals', 'api', '1 day', 1),
        ('partners', 'relocation-desk', 'Relocation Desk', 'relocation-desk.example/api/referrals', 'api', '1 day', 1),
        ('partners', 'community-choir', 'Community Choir', 'community-choir.example/members', 'manual', '30 days', 4),
        ('partners', 'housing-cooperative', 'Housing Cooperative', 'housing.example/referrals', 'manual', '30 days', 2),
        ('partners', 'co-working-hub', 'Co-working Hub', 'co-working-hub.example/api/guests', 'api', '7 days', 5),
        ('partners', 'volunteer-exchange', 'Volunteer Exchange', 'volunteer.example/api/people', 'api', '2 days', 3),

        ('directories', 'matchmakers', 'Matchmakers'' Register', 'matchmakers.example/list', 'html', '14 days', 6),
        ('directories', 'dance-schools', 'Dance Schools', 'dance-schools.example/search', 'html', '14 days', 7),
        ('directories', 'wedding-planners', 'Wedding Planners', 'wedding-planners.example/list', 'html', '30 days', 9),
        ('directories', 'community-centres', 'Community Centres', 'centres.example/api/centres', 'api', '14 days', 6),
        ('directories', 'singles-clubs', 'Singles'' Clubs', 'singles-clubs.example/list', 'html', '14 days', 4),

        ('city-guides', 'harbour-post', 'Harbour Post', 'harbour-post.example/people.rss', 'feed', '1 day', 4),
        ('city-guides', 'old-town-mirror', 'Old Town Mirror', 'old-town-mirror.example/meet', 'html', '2 days', 5),
        ('city-guides', 'riverside-review', 'Riverside Review', 'riverside.example/people.rss', 'feed', '1 day', 4),
        ('city-guides', 'hill-and-valley', 'Hill and Valley', 'hill-and-valley.example/meet', 'html', '2 days', 6),
        ('city-guides', 'lakeside-listings', 'Lakeside Listings', 'lakeside.example/api/notices', 'api', '1 day', 4),
        ('city-guides', 'market-square', 'Market Square', 'market-square.example/people.rss', 'feed', '1 day', 5),
        ('city-guides', 'northern-lights', 'Northern Lights', 'northern-lights.example/meet', 'html', '7 days', 6),
        ('city-guides', 'island-times', 'Island Times', 'island-times.example/people.rss', 'feed', '7 days', 7),

        ('hobbies', 'board-game-tables', 'Board Game Tables', 'board-games.example/seats.json', 'api', '1 day', 3),
        ('hobbies', 'climbing-partners', 'Climbing Partners', 'climbing.example/board.rss', 'feed', '1 day', 3),
        ('hobbies', 'book-circles', 'Book Circles', 'book-circles.example/open', 'html', '2 days', 4),
        ('hobbies', 'allotment-gardeners', 'Allotment Gardeners', 'allotments.example/notices', 'html', '7 days', 6),
        ('hobbies', 'dog-walkers', 'Dog Walkers', 'dog-walkers.example/feed', 'feed', '1 day', 3),
        ('hobbies', 'life-drawing', 'Life Drawing', 'life-drawing.example/classes', 'html', '7 days', 6),
        ('hobbies', 'star-gazers', 'Star Gazers', 'star-gazers.example/evenings.rss', 'feed', '7 days', 5),
        ('hobbies', 'chamber-music', 'Chamber Music at Home', 'chamber-music.example/seeking', 'html', '7 days', 5),
        ('hobbies', 'cycling-commuters', 'Cycling Commuters', 'cycling.example/board.rss', 'feed', '2 days', 5),
        ('hobbies', 'bird-watchers', 'Bird Watchers', 'bird-watchers.example/api/walks', 'api', '7 days', 6),

        ('classes', 'pottery-school', 'Pottery School', 'pottery-school.example/courses', 'html', '14 days', 5),
        ('classes', 'baking-workshop', 'Baking Workshop', 'baking-workshop.example/seats.json', 'api', '7 days', 4),
        ('classes', 'evening-college', 'Evening College', 'evening-college.example/new.rss', 'feed', '7 days', 4),
        ('classes', 'carpentry-basics', 'Carpentry Basics', 'carpentry-basics.example/courses', 'html', '14 days', 6),

        ('language', 'tandem-evenings', 'Tandem Evenings', 'tandem-evenings.example/pairs.json', 'api', '1 day', 3),
        ('language', 'conversation-cafe', 'Conversation Café', 'cafe.example/tables.rss', 'feed', '2 days', 4),
        ('language', 'pen-friends', 'Pen Friends', 'pen-friends.example/new', 'html', '2 days', 4),
        ('language', 'sign-language-circle', 'Sign Language Circle', 'signing.example/meetings', 'html', '7 days', 4)
) AS seed (category_slug, slug, name, address, method, every, priority)
JOIN public.lead_source_categories AS category ON category.slug = seed.category_slug
ON CONFLICT (slug) DO NOTHING;
