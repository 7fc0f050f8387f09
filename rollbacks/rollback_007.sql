-- Undoes 007_conversation_system.sql.

DROP TABLE IF EXISTS public.conversation_responses;
DROP TABLE IF EXISTS public.user_conversations;
DROP TABLE IF EXISTS public.conversation_flow_questions;
DROP TABLE IF EXISTS public.conversation_flows;
DROP TABLE IF EXISTS public.conversation_questions;

DROP TYPE IF EXISTS public.answer_kind;
