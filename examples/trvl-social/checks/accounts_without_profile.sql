-- Accounts that the trigger on auth.users missed.
SELECT count(*)
FROM auth.users AS account
WHERE NOT EXISTS (SELECT 1 FROM public.profiles AS profile WHERE profile.id = account.id);
