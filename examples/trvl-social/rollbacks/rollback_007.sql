-- Undoes 007_create_functions_triggers.sql. The function of 001 gets its old definition back.

DROP TRIGGER IF EXISTS forget_scores ON public.travel_preferences;
DROP TRIGGER IF EXISTS forget_scores ON public.personality_assessments;
DROP TRIGGER IF EXISTS take_places ON public.bookings;
DROP TRIGGER IF EXISTS count_members ON public.group_members;
DROP TRIGGER IF EXISTS count_comment_likes ON public.comment_likes;
DROP TRIGGER IF EXISTS count_comments ON public.comments;
DROP TRIGGER IF EXISTS count_likes ON public.post_likes;
DROP TRIGGER IF EXISTS rate_adventure ON public.reviews;

CREATE OR REPLACE FUNCTION public.handle_new_user()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    INSERT INTO public.profiles (id, full_name)
    VALUES (NEW.id, NEW.raw_user_meta_data ->> 'full_name')
    ON CONFLICT (id) DO NOTHING;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.handle_new_user() IS
    'Trigger function on auth.users: every new account gets a profile.';

DROP FUNCTION IF EXISTS public.cleanup_expired_bookings();
DROP FUNCTION IF EXISTS public.forget_scores();
DROP FUNCTION IF EXISTS public.take_places();
DROP FUNCTION IF EXISTS public.count_members();
DROP FUNCTION IF EXISTS public.count_comment_likes();
DROP FUNCTION IF EXISTS public.count_comments();
DROP FUNCTION IF EXISTS public.count_likes();
DROP FUNCTION IF EXISTS public.rate_adventure();
