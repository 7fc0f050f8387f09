-- What the platform holds: 1,000 users, 3,000 businesses, 60,000 health scores. Enough for a missing index to be felt.

INSERT INTO public.users (id, email, name, email_verified, created_at)
SELECT
    'user-' || n,
    'owner' || n || '@example.com',
    'Owner ' || n,
    timestamptz '2024-01-01 09:00:00+00' + n * INTERVAL '1 hour',
    timestamptz '2024-01-01 08:00:00+00' + n * INTERVAL '1 hour'
FROM generate_series(1, 1000) AS n
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.businesses (id, owner_id, name, industry, annual_revenue, created_at)
SELECT
    'business-' || n,
    'user-' || 1 + n % 1000,
    'Business ' || n,
    (ARRAY['retail', 'software', 'food', 'logistics', 'health'])[1 + n % 5],
    100000 + 997 * n,
    timestamptz '2024-03-01 08:00:00+00' + n * INTERVAL '20 minutes'
FROM generate_series(1, 3000) AS n
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.health_metrics (id, business_id, score, details, measured_at)
SELECT
    'metric-' || n,
    'business-' || 1 + n % 3000,
    (37 * n) % 101,
    jsonb_build_object('liquidity', (13 * n) % 101, 'growth', (7 * n) % 101),
    timestamptz '2024-06-01 08:00:00+00' + n * INTERVAL '5 minutes'
FROM generate_series(1, 60000) AS n
ON CONFLICT (id) DO NOTHING;
