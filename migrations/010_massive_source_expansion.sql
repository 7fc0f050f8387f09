-- 64 more lead sources in old and new categories.
--
-- As in 009, addresses are under the reserved domain .example, nothing is switched on, and a row that exists is left alone.

INSERT INTO public.lead_source_categories (slug, title, description)
VALUES
    ('city-guides', 'City guides', 'Local magazines with pages for people who are new or single.'),
    ('hobbies', 'Hobbies', 'Clubs and boards for a shared interest, where company is sought.'),
    ('classes', 'Evening classes', 'Schools for adults with courses in small groups.'),
    ('language', 'Language exchange', 'Meetings and boards for people who learn a language together.')
ON CONFLICT (slug) DO NOTHING;

INSERT INTO public.lead_sources (slug, category_id, name, url, method, every, priority)
SELECT seed.slug, category.id, seed.name, seed.url, seed.method::public.scrape_method, seed.every::interval, seed.priority
FROM (
    VALUES
        ('forums', 'after-divorce', 'After Divorce', 'https://after-divorce.example/latest.rss', 'feed', '4 hours', 2),
        ('forums', 'widowed-not-alone', 'Widowed, Not Alone', 'https://widowed.example/board/new', 'html', '12 hours', 3),
        ('forums', 'shy-people', 'Shy People', 'https://shy-people.example/feed', 'feed', '6 hours', 3),
        ('forums', 'single-parents-corner', 'Single Parents'' Corner', 'https://single-parents.example/corner.rss', 'feed', '4 hours', 2),
        ('forums', 'first-date-questions', 'First Date Questions', 'https://first-date.example/questions', 'html', '6 hours', 3),
        ('forums', 'expats-at-heart', 'Expats at Heart', 'https://expats-at-heart.example/forum.rss', 'feed', '8 hours', 4),
        ('forums', 'graduates-board', 'Graduates'' Board', 'https://graduates-board.example/love', 'html', '12 hours', 5),
        ('forums', 'night-shift', 'Night Shift', 'https://night-shift.example/board.rss', 'feed', '12 hours', 6),

        ('newsletters', 'letters-to-two', 'Letters to Two', 'https://letters-to-two.example/archive', 'html', '7 days', 5),
        ('newsletters', 'the-slow-burn', 'The Slow Burn', 'https://slow-burn.example/rss', 'feed', '7 days', 4),
        ('newsletters', 'monday-hearts', 'Monday Hearts', 'https://monday-hearts.example/rss', 'feed', '7 days', 5),
        ('newsletters', 'kind-regards', 'Kind Regards', 'https://kind-regards.example/issues', 'html', '14 days', 6),
        ('newsletters', 'table-for-one', 'Table for One', 'https://table-for-one.example/feed', 'feed', '7 days', 5),
        ('newsletters', 'new-in-town-weekly', 'New in Town Weekly', 'https://new-in-town.example/weekly.rss', 'feed', '7 days', 3),

        ('events', 'speed-dating-north', 'Speed Dating North', 'https://speed-north.example/dates.json', 'api', '1 day', 2),
        ('events', 'speed-dating-south', 'Speed Dating South', 'https://speed-south.example/dates.json', 'api', '1 day', 2),
        ('events', 'singles-hikes', 'Singles'' Hikes', 'https://singles-hikes.example/calendar.rss', 'feed', '1 day', 3),
        ('events', 'museum-evenings', 'Museum Evenings', 'https://museum-evenings.example/programme', 'html', '2 days', 4),
        ('events', 'cooking-for-eight', 'Cooking for Eight', 'https://cooking-for-eight.example/api/tables', 'api', '1 day', 3),
        ('events', 'quiz-night-pairs', 'Quiz Night for Pairs', 'https://quiz-pairs.example/dates', 'html', '2 days', 5),
        ('events', 'sailing-weekends', 'Sailing Weekends', 'https://sailing-weekends.example/berths', 'html', '7 days', 6),
        ('events', 'harvest-festival', 'Harvest Festival', 'https://harvest-festival.example/guests', 'manual', '30 days', 7),

        ('podcasts', 'two-chairs', 'Two Chairs', 'https://two-chairs.example/comments.rss', 'feed', '1 day', 4),
        ('podcasts', 'attachment-hour', 'The Attachment Hour', 'https://attachment-hour.example/community', 'html', '2 days', 4),
        ('podcasts', 'dear-stranger', 'Dear Stranger', 'https://dear-stranger.example/feed', 'feed', '1 day', 5),
        ('podcasts', 'old-flames', 'Old Flames', 'https://old-flames.example/letters', 'html', '7 days', 6),
        ('podcasts', 'kitchen-table-talks', 'Kitchen Table Talks', 'https://kitchen-talks.example/comments.rss', 'feed', '2 days', 5),

        ('partners', 'alumni-office', 'Alumni Office', 'https://alumni-office.example/api/referrals', 'api', '1 day', 1),
        ('partners', 'relocation-desk', 'Relocation Desk', 'https://relocation-desk.example/api/referrals', 'api', '1 day', 1),
        ('partners', 'community-choir', 'Community Choir', 'https://community-choir.example/members', 'manual', '30 days', 4),
        ('partners', 'housing-cooperative', 'Housing Cooperative', 'https://housing-cooperative.example/referrals', 'manual', '30 days', 2),
        ('partners', 'co-working-hub', 'Co-working Hub', 'https://co-working-hub.example/api/guests', 'api', '7 days', 5),
        ('partners', 'volunteer-exchange', 'Volunteer Exchange', 'https://volunteer-exchange.example/api/people', 'api', '2 days', 3),

        ('directories', 'matchmakers-register', 'Matchmakers'' Register', 'https://matchmakers-register.example/list', 'html', '14 days', 6),
        ('directories', 'dance-schools', 'Dance Schools', 'https://dance-schools.example/search', 'html', '14 days', 7),
        ('directories', 'wedding-planners', 'Wedding Planners', 'https://wedding-planners.example/list', 'html', '30 days', 9),
        ('directories', 'community-centres', 'Community Centres', 'https://community-centres.example/api/centres', 'api', '14 days', 6),
        ('directories', 'singles-clubs', 'Singles'' Clubs', 'https://singles-clubs.example/list', 'html', '14 days', 4),

        ('city-guides', 'harbour-post', 'Harbour Post', 'https://harbour-post.example/people.rss', 'feed', '1 day', 4),
        ('city-guides', 'old-town-mirror', 'Old Town Mirror', 'https://old-town-mirror.example/meet', 'html', '2 days', 5),
        ('city-guides', 'riverside-review', 'Riverside Review', 'https://riverside-review.example/people.rss', 'feed', '1 day', 4),
        ('city-guides', 'hill-and-valley', 'Hill and Valley', 'https://hill-and-valley.example/meet', 'html', '2 days', 6),
        ('city-guides', 'lakeside-listings', 'Lakeside Listings', 'https://lakeside-listings.example/api/notices', 'api', '1 day', 4),
        ('city-guides', 'market-square', 'Market Square', 'https://market-square.example/people.rss', 'feed', '1 day', 5),
        ('city-guides', 'northern-lights-guide', 'Northern Lights Guide', 'https://northern-lights-guide.example/meet', 'html', '7 days', 6),
        ('city-guides', 'island-times', 'Island Times', 'https://island-times.example/people.rss', 'feed', '7 days', 7),

        ('hobbies', 'board-game-tables', 'Board Game Tables', 'https://board-game-tables.example/seats.json', 'api', '1 day', 3),
        ('hobbies', 'climbing-partners', 'Climbing Partners', 'https://climbing-partners.example/board.rss', 'feed', '1 day', 3),
        ('hobbies', 'book-circles', 'Book Circles', 'https://book-circles.example/open', 'html', '2 days', 4),
        ('hobbies', 'allotment-gardeners', 'Allotment Gardeners', 'https://allotments.example/notices', 'html', '7 days', 6),
        ('hobbies', 'dog-walkers', 'Dog Walkers', 'https://dog-walkers.example/feed', 'feed', '1 day', 3),
        ('hobbies', 'life-drawing', 'Life Drawing', 'https://life-drawing.example/classes', 'html', '7 days', 6),
        ('hobbies', 'star-gazers', 'Star Gazers', 'https://star-gazers.example/evenings.rss', 'feed', '7 days', 5),
        ('hobbies', 'chamber-music', 'Chamber Music at Home', 'https://chamber-music.example/seeking', 'html', '7 days', 5),
        ('hobbies', 'cycling-commuters', 'Cycling Commuters', 'https://cycling-commuters.example/board.rss', 'feed', '2 days', 5),
        ('hobbies', 'bird-watchers', 'Bird Watchers', 'https://bird-watchers.example/api/walks', 'api', '7 days', 6),

        ('classes', 'pottery-school', 'Pottery School', 'https://pottery-school.example/courses', 'html', '14 days', 5),
        ('classes', 'baking-workshop', 'Baking Workshop', 'https://baking-workshop.example/seats.json', 'api', '7 days', 4),
        ('classes', 'evening-college', 'Evening College', 'https://evening-college.example/new.rss', 'feed', '7 days', 4),
        ('classes', 'carpentry-basics', 'Carpentry Basics', 'https://carpentry-basics.example/courses', 'html', '14 days', 6),

        ('language', 'tandem-evenings', 'Tandem Evenings', 'https://tandem-evenings.example/pairs.json', 'api', '1 day', 3),
        ('language', 'conversation-cafe', 'Conversation Café', 'https://conversation-cafe.example/tables.rss', 'feed', '2 days', 4),
        ('language', 'pen-friends', 'Pen Friends', 'https://pen-friends.example/new', 'html', '2 days', 4),
        ('language', 'sign-language-circle', 'Sign Language Circle', 'https://sign-circle.example/meetings', 'html', '7 days', 4)
) AS seed (category_slug, slug, name, url, method, every, priority)
JOIN public.lead_source_categories AS category ON category.slug = seed.category_slug
ON CONFLICT (slug) DO NOTHING;
