-- Undoes 002_create_vendor_adventure_tables.sql.

DROP TABLE IF EXISTS public.vendor_insurance;
DROP TABLE IF EXISTS public.vendor_certifications;
DROP TABLE IF EXISTS public.adventure_media;
DROP TABLE IF EXISTS public.adventure_availability;
DROP TABLE IF EXISTS public.adventures;
DROP TABLE IF EXISTS public.vendors;

DROP TYPE IF EXISTS public.difficulty_level;
DROP TYPE IF EXISTS public.adventure_category;
DROP TYPE IF EXISTS public.vendor_status;
