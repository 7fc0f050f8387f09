-- Undoes 008_lead_scraper_system.sql.

DROP VIEW IF EXISTS public.lead_funnel;

DROP TABLE IF EXISTS public.outreach_responses;
DROP FUNCTION IF EXISTS public.stop_outreach();
DROP TABLE IF EXISTS public.email_sends;
DROP TABLE IF EXISTS public.sequence_enrollments;
DROP TABLE IF EXISTS public.sequence_emails;
DROP TABLE IF EXISTS public.outreach_sequences;
DROP TABLE IF EXISTS public.outreach_suppressions;
DROP TABLE IF EXISTS public.leads;
DROP TABLE IF EXISTS public.scrape_runs;
DROP TABLE IF EXISTS public.lead_sources;
DROP TABLE IF EXISTS public.lead_source_categories;

DROP TYPE IF EXISTS public.response_kind;
DROP TYPE IF EXISTS public.email_status;
DROP TYPE IF EXISTS public.enrollment_status;
DROP TYPE IF EXISTS public.lead_status;
DROP TYPE IF EXISTS public.scrape_method;
