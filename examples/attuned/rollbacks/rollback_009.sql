-- Undoes 009_migrate_prototype_to_mvp.sql: takes back the identities and links that it gave. What the prototype knew
-- was never touched. Accounts and what was made since stay.

UPDATE public.sessions
SET primary_profile_id = NULL,
    partner_profile_id = NULL,
    intimacy_level = NULL,
    owner_anonymous_session_id = NULL
WHERE owner_anonymous_session_id LIKE 'prototype-%';

UPDATE public.survey_submissions
SET anonymous_session_id = NULL, survey_version = NULL
WHERE anonymous_session_id LIKE 'prototype-%';

DELETE FROM public.anonymous_sessions
WHERE id LIKE 'prototype-%';

UPDATE public.profiles
SET anonymous_session_id = NULL, survey_version = NULL
WHERE anonymous_session_id LIKE 'prototype-%';

DROP VIEW IF EXISTS public.prototype_totals;
