-- Undoes 014_seed_content_articles.sql: takes out its articles and topics.
--
-- What members read and saved of these articles goes with them (ON DELETE CASCADE in user_content_interactions).
-- A topic under which editors have filed another article stays, and this rollback fails (ON DELETE RESTRICT in
-- content_articles).

DELETE FROM public.content_articles
WHERE slug IN (
    'the-first-five-minutes', 'ending-an-evening',
    'questions-that-open', 'what-silence-says',
    'the-anatomy-of-a-quarrel', 'how-to-apologise',
    'a-talk-about-money',
    'meeting-the-children',
    'two-stations',
    'ready-again', 'rusty-not-broken',
    'preferences-and-needs'
);

DELETE FROM public.content_topics
WHERE slug IN (
    'first-meetings', 'listening', 'conflict', 'money', 'family', 'long-distance', 'starting-over', 'self-knowledge'
);
