-- Undoes 002_prototype_data.sql: takes out the surveys, and with them (ON DELETE CASCADE) their profiles, games and
-- scores; then the bank of activities. An activity that another game used stays, and this rollback then fails.

DELETE FROM public.survey_submissions
WHERE id IN (SELECT md5('prototype survey ' || n)::uuid FROM generate_series(1, 12) AS n);

DELETE FROM public.activities
WHERE theme IN (
    'trust', 'touch', 'laughter', 'memory', 'curiosity', 'patience', 'surprise', 'praise', 'music', 'words', 'dreams',
    'courage'
);
