-- Undoes 003_create_booking_payment_tables.sql.

DROP TABLE IF EXISTS public.reviews;
DROP TABLE IF EXISTS public.booking_modifications;
DROP TABLE IF EXISTS public.payment_splits;
DROP TABLE IF EXISTS public.booking_participants;
DROP TABLE IF EXISTS public.booking_payments;
DROP TABLE IF EXISTS public.bookings;

DROP TYPE IF EXISTS public.payment_method;
DROP TYPE IF EXISTS public.payment_status;
DROP TYPE IF EXISTS public.booking_status;
