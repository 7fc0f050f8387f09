-- Undoes 016_add_payment_tokens_table.sql.

DROP TABLE IF EXISTS public.payment_tokens;
