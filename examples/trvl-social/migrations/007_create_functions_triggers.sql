-- What the database does by itself: settings for a new account, counts and ratings, free places, clean-up.
--
-- handle_new_user() of 001 is replaced: it makes the settings as well.

CREATE OR REPLACE FUNCTION public.handle_new_user()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    INSERT INTO public.profiles (id, full_name, avatar_path)
    VALUES (NEW.id, NEW.raw_user_meta_data ->> 'full_name', NEW.raw_user_meta_data ->> 'avatar_path')
    ON CONFLICT (id) DO NOTHING;
    INSERT INTO public.user_preferences (user_id, language)
    VALUES (NEW.id, coalesce(NEW.raw_user_meta_data ->> 'language', 'en'))
    ON CONFLICT (user_id) DO NOTHING;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.handle_new_user() IS
    'Trigger function on auth.users: every new account gets a profile and settings.';

REVOKE ALL ON FUNCTION public.handle_new_user() FROM PUBLIC, anon, authenticated;

CREATE OR REPLACE FUNCTION public.rate_adventure()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    UPDATE public.adventures AS adventure
    SET rating = coalesce(found.rating, 0), review_count = found.reviews
    FROM (
        SELECT round(avg(review.rating), 2) AS rating, count(*) AS reviews
        FROM public.reviews AS review
        WHERE review.adventure_id = coalesce(NEW.adventure_id, OLD.adventure_id)
    ) AS found
    WHERE adventure.id = coalesce(NEW.adventure_id, OLD.adventure_id);
    RETURN NULL;
END
$function$;

COMMENT ON FUNCTION public.rate_adventure() IS
    'Trigger function: an adventure has the mean and the number of its reviews.';

REVOKE ALL ON FUNCTION public.rate_adventure() FROM PUBLIC, anon, authenticated;

CREATE OR REPLACE TRIGGER rate_adventure
    AFTER INSERT OR UPDATE OF rating OR DELETE ON public.reviews
    FOR EACH ROW EXECUTE FUNCTION public.rate_adventure();

CREATE OR REPLACE FUNCTION public.count_likes()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    UPDATE public.posts SET like_count = like_count + CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
    WHERE id = coalesce(NEW.post_id, OLD.post_id);
    RETURN NULL;
END
$function$;

COMMENT ON FUNCTION public.count_likes() IS
    'Trigger function: a post knows how many like it.';

REVOKE ALL ON FUNCTION public.count_likes() FROM PUBLIC, anon, authenticated;

CREATE OR REPLACE TRIGGER count_likes
    AFTER INSERT OR DELETE ON public.post_likes
    FOR EACH ROW EXECUTE FUNCTION public.count_likes();

CREATE OR REPLACE FUNCTION public.count_comments()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    UPDATE public.posts SET comment_count = comment_count + CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
    WHERE id = coalesce(NEW.post_id, OLD.post_id);
    RETURN NULL;
END
$function$;

COMMENT ON FUNCTION public.count_comments() IS
    'Trigger function: a post knows how many comments it has.';

REVOKE ALL ON FUNCTION public.count_comments() FROM PUBLIC, anon, authenticated;

CREATE OR REPLACE TRIGGER count_comments
    AFTER INSERT OR DELETE ON public.comments
    FOR EACH ROW EXECUTE FUNCTION public.count_comments();

CREATE OR REPLACE FUNCTION public.count_comment_likes()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    UPDATE public.comments SET like_count = like_count + CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
    WHERE id = coalesce(NEW.comment_id, OLD.comment_id);
    RETURN NULL;
END
$function$;

COMMENT ON FUNCTION public.count_comment_likes() IS
    'Trigger function: a comment knows how many like it.';

REVOKE ALL ON FUNCTION public.count_comment_likes() FROM PUBLIC, anon, authenticated;

CREATE OR REPLACE TRIGGER count_comment_likes
    AFTER INSERT OR DELETE ON public.comment_likes
    FOR EACH ROW EXECUTE FUNCTION public.count_comment_likes();

CREATE OR REPLACE FUNCTION public.count_members()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    -- The check constraint of the table refuses one more than max_members.
    UPDATE public.groups SET member_count = member_count + CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
    WHERE id = coalesce(NEW.group_id, OLD.group_id);
    RETURN NULL;
END
$function$;

COMMENT ON FUNCTION public.count_members() IS
    'Trigger function: a group knows how many belong to it, and never holds more than it may.';

REVOKE ALL ON FUNCTION public.count_members() FROM PUBLIC, anon, authenticated;

CREATE OR REPLACE TRIGGER count_members
    AFTER INSERT OR DELETE ON public.group_members
    FOR EACH ROW EXECUTE FUNCTION public.count_members();

CREATE OR REPLACE FUNCTION public.take_places()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
DECLARE
    before integer := 0;
    after integer := 0;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status IN ('pending', 'confirmed', 'in_progress', 'completed') THEN
        before := OLD.participant_count;
        UPDATE public.adventure_availability SET booked = booked - before WHERE id = OLD.availability_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status IN ('pending', 'confirmed', 'in_progress', 'completed') THEN
        after := NEW.participant_count;
        -- The check constraint of the table refuses more than its capacity.
        UPDATE public.adventure_availability SET booked = booked + after WHERE id = NEW.availability_id;
    END IF;
    RETURN NULL;
END
$function$;

COMMENT ON FUNCTION public.take_places() IS
    'Trigger function: a booking takes its places, and gives them back when it is cancelled.';

REVOKE ALL ON FUNCTION public.take_places() FROM PUBLIC, anon, authenticated;

CREATE OR REPLACE TRIGGER take_places
    AFTER INSERT OR UPDATE OF status, participant_count, availability_id OR DELETE ON public.bookings
    FOR EACH ROW EXECUTE FUNCTION public.take_places();

CREATE OR REPLACE FUNCTION public.forget_scores()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    DELETE FROM public.compatibility_scores
    WHERE coalesce(NEW.user_id, OLD.user_id) IN (user_a_id, user_b_id);
    RETURN NULL;
END
$function$;

COMMENT ON FUNCTION public.forget_scores() IS
    'Trigger function: scores that rest on old answers are forgotten, and calculated anew when they are asked for.';

REVOKE ALL ON FUNCTION public.forget_scores() FROM PUBLIC, anon, authenticated;

CREATE OR REPLACE TRIGGER forget_scores
    AFTER INSERT OR UPDATE OR DELETE ON public.personality_assessments
    FOR EACH ROW EXECUTE FUNCTION public.forget_scores();

CREATE OR REPLACE TRIGGER forget_scores
    AFTER INSERT OR UPDATE OR DELETE ON public.travel_preferences
    FOR EACH ROW EXECUTE FUNCTION public.forget_scores();

CREATE OR REPLACE FUNCTION public.cleanup_expired_bookings()
RETURNS bigint
LANGUAGE sql
SET search_path = ''
AS $function$
    WITH expired AS (
        UPDATE public.bookings SET status = 'cancelled', cancelled_at = now()
        WHERE status IN ('draft', 'pending') AND expires_at < now()
        RETURNING id
    )
    SELECT count(*) FROM expired
$function$;

COMMENT ON FUNCTION public.cleanup_expired_bookings() IS
    'Cancels unpaid bookings whose time is over; returns how many.';

REVOKE ALL ON FUNCTION public.cleanup_expired_bookings() FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.cleanup_expired_bookings() TO service_role;
