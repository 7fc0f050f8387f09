-- Undoes 025_create_modification_tables.sql.

DROP TABLE IF EXISTS public.system_modifications;

DROP FUNCTION IF EXISTS public.refuse_deletion();
