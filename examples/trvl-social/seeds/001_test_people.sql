-- Four people for development: two travelers, a vendor, an administrator. Their profiles come from the trigger.

INSERT INTO auth.users (id, email, raw_user_meta_data)
VALUES
    (md5('test user ada')::uuid, 'ada@example.org', '{"full_name": "Ada"}'),
    (md5('test user grace')::uuid, 'grace@example.org', '{"full_name": "Grace", "language": "fr"}'),
    (md5('test user edmund')::uuid, 'edmund@example.org', '{"full_name": "Edmund"}'),
    (md5('test user root')::uuid, 'root@example.org', '{"full_name": "Root"}')
ON CONFLICT (id) DO NOTHING;

UPDATE public.profiles AS profile
SET role = wanted.role::public.user_role
FROM (VALUES (md5('test user edmund')::uuid, 'vendor'), (md5('test user root')::uuid, 'admin')) AS wanted (id, role)
WHERE profile.id = wanted.id AND profile.role <> wanted.role::public.user_role;
