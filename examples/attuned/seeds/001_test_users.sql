-- People to try the application with: five accounts, three anonymous visitors, two games. Never for production.
--
-- It can be run again: what is there stays, and the counters of Bob and Diana are set anew.
--
--   alice@test.com    premium, top            charlie@test.com  free, switch
--   bob@test.com      free, near the limit    diana@test.com    free, at the limit
--   eve@test.com      has not finished onboarding

INSERT INTO auth.users (
    instance_id, id, aud, role, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at
)
SELECT
    '00000000-0000-0000-0000-000000000000',
    md5('test user ' || lower(person.name))::uuid,
    'authenticated',
    'authenticated',
    lower(person.name) || '@test.com',
    now(),
    jsonb_build_object('provider', person.provider),
    jsonb_build_object('display_name', person.name),
    now(),
    now()
FROM (VALUES ('Alice', 'email'), ('Bob', 'google'), ('Charlie', 'apple'), ('Diana', 'facebook'), ('Eve', 'email'))
    AS person (name, provider)
ON CONFLICT (id) DO NOTHING;

UPDATE public.users AS account
SET onboarding_completed = (person.power IS NOT NULL),
    profile_sharing = person.sharing::public.profile_sharing,
    demographics = jsonb_build_object('age', person.age),
    daily_activity_count = person.count,
    daily_activity_date = public.local_date(account.time_zone)
FROM (VALUES
    ('alice', 'top', 'all_responses', 31, 3),
    ('bob', 'bottom', 'overlapping_only', 29, 23),
    ('charlie', 'switch', 'demographics_only', 35, 0),
    ('diana', 'switch', 'overlapping_only', 27, 25),
    ('eve', NULL, 'overlapping_only', 40, 0)
) AS person (name, power, sharing, age, count)
WHERE account.id = md5('test user ' || person.name)::uuid;

INSERT INTO public.subscription_transactions (
    user_id, store, store_transaction_id, kind, product_id, amount_cents, currency, expires_at
)
VALUES (
    md5('test user alice')::uuid, 'app_store', 'test-alice-1', 'purchase', 'premium_yearly', 4999, 'USD',
    now() + INTERVAL '1 year'
)
ON CONFLICT (store, store_transaction_id) DO NOTHING;

INSERT INTO public.survey_submissions (id, respondent_name, answers, user_id, anonymous_session_id, survey_version)
SELECT
    md5('test survey ' || person.name)::uuid,
    initcap(person.name),
    jsonb_build_object('A1', 4, 'A2', 6),
    CASE WHEN NOT person.is_visitor THEN md5('test user ' || person.name)::uuid END,
    CASE WHEN person.is_visitor THEN 'test-visitor-' || person.name END,
    '0.4'
FROM (VALUES
    ('alice', false), ('bob', false), ('charlie', false), ('diana', false), ('quinn', true), ('river', true),
    ('sasha', true)
) AS person (name, is_visitor)
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.profiles (
    submission_id, user_id, anonymous_session_id, power_orientation, domain_scores, boundaries, anatomy
)
SELECT
    md5('test survey ' || person.name)::uuid,
    CASE WHEN NOT person.is_visitor THEN md5('test user ' || person.name)::uuid END,
    CASE WHEN person.is_visitor THEN 'test-visitor-' || person.name END,
    person.power,
    jsonb_build_object('sensation', person.sensation, 'connection', person.connection),
    CASE WHEN person.name = 'bob' THEN '["courage"]'::jsonb ELSE '[]'::jsonb END,
    '{}'
FROM (VALUES
    ('alice', false, 'top', 80, 90),
    ('bob', false, 'bottom', 70, 20),
    ('charlie', false, 'switch', 50, 60),
    ('diana', false, 'switch', 30, 95),
    ('quinn', true, 'top', 55, 55),
    ('river', true, 'bottom', 65, 45),
    ('sasha', true, 'switch', 75, 35)
) AS person (name, is_visitor, power, sensation, connection)
ON CONFLICT (submission_id) DO NOTHING;

INSERT INTO public.survey_progress (id, user_id, survey_version, answers, current_question)
VALUES (
    md5('test progress eve')::uuid, md5('test user eve')::uuid, '0.4', '{"A1": 3}', 'A2'
)
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.partner_connections (
    id, requester_user_id, recipient_email, recipient_user_id, status, responded_at
)
VALUES (
    md5('test request')::uuid, md5('test user alice')::uuid, 'bob@test.com', md5('test user bob')::uuid, 'accepted',
    now()
)
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.remembered_partners (user_id, partner_user_id, partner_name, last_played_at)
VALUES
    (md5('test user alice')::uuid, md5('test user bob')::uuid, 'Bob', now()),
    (md5('test user bob')::uuid, md5('test user alice')::uuid, 'Alice', now())
ON CONFLICT (user_id, partner_user_id) DO NOTHING;

INSERT INTO public.sessions (
    id, primary_user_id, partner_user_id, primary_profile_id, partner_profile_id, partner_anonymous_name, owner_id,
    connection_id, intimacy_level
)
SELECT
    md5('test game ' || game.n)::uuid,
    first.user_id,
    second.user_id,
    first.id,
    second.id,
    CASE WHEN second.is_anonymous THEN 'Quinn' END,
    first.user_id,
    CASE WHEN game.n = 1 THEN md5('test request')::uuid END,
    game.level::public.intimacy_level
FROM (VALUES (1, 'alice', 'bob', 'R'), (2, 'charlie', 'quinn', 'G')) AS game (n, first, second, level)
JOIN public.profiles AS first ON first.submission_id = md5('test survey ' || game.first)::uuid
JOIN public.profiles AS second ON second.submission_id = md5('test survey ' || game.second)::uuid
ON CONFLICT (id) DO NOTHING;
