-- Undoes 011_generated_reports.sql. The files in the store stay: delete them there.

DROP TABLE IF EXISTS public.generated_reports;
