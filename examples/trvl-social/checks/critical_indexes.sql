-- The indexes that searches rest on: the names of those that are not there, or not valid.
SELECT coalesce(string_agg(name, ', ' ORDER BY name), 'none missing')
FROM unnest(ARRAY[
    'idx_profiles_username', 'idx_profiles_role', 'idx_profiles_location',
    'idx_adventures_category', 'idx_adventures_location', 'idx_adventures_rating', 'idx_adventures_search',
    'idx_bookings_user_id', 'idx_bookings_adventure_id', 'idx_bookings_booking_date',
    'idx_personality_assessments_traits', 'idx_travel_preferences_home', 'idx_groups_destination'
]) AS wanted (name)
LEFT JOIN pg_index ON indexrelid = to_regclass('public.' || name) AND indisvalid
WHERE indexrelid IS NULL;
