-- Undoes 008_create_ml_model_tables.sql.

DROP TABLE IF EXISTS public.user_behavior_data;
DROP TABLE IF EXISTS public.model_training_data;
DROP TABLE IF EXISTS public.compatibility_model_versions;
