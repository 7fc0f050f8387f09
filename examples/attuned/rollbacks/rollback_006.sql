-- Undoes 006_add_activity_tracking.sql. Transactions of the stores may have to be kept: export them before.

DROP FUNCTION IF EXISTS public.end_expired_subscriptions();
DROP FUNCTION IF EXISTS public.present_activity(uuid, uuid, text, bigint);
DROP FUNCTION IF EXISTS public.next_activities(uuid, uuid, text, text, integer);
DROP FUNCTION IF EXISTS public.needs_skip_nudge(uuid);
DROP FUNCTION IF EXISTS public.may_play_theme(uuid, text);
DROP FUNCTION IF EXISTS public.recent_activity_ids(uuid, text);

DROP TABLE IF EXISTS public.subscription_transactions;
DROP TABLE IF EXISTS public.ai_generation_logs;
DROP TABLE IF EXISTS public.user_activity_history;
DROP FUNCTION IF EXISTS public.apply_subscription_transaction();

DROP TYPE IF EXISTS public.transaction_kind;
DROP TYPE IF EXISTS public.store;
DROP TYPE IF EXISTS public.activity_feedback;
