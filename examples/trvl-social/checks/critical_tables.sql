-- The tables that the platform needs: the names of those that are not there.
SELECT coalesce(string_agg(name, ', ' ORDER BY name), 'none missing')
FROM unnest(ARRAY[
    'adventure_availability', 'adventure_media', 'adventures', 'automated_moderation_rules',
    'booking_modifications', 'booking_participants', 'booking_payments', 'bookings', 'comment_likes',
    'comments', 'community_feed_items', 'compatibility_model_versions', 'compatibility_scores',
    'connection_suggestions', 'content_reports', 'content_views', 'dispute_cases', 'engagement_metrics',
    'forum_categories', 'forum_post_votes', 'forum_posts', 'forum_topics', 'group_members', 'groups',
    'invoice_items', 'invoices', 'media_files', 'media_metadata', 'media_thumbnails', 'model_training_data',
    'moderation_actions', 'notification_settings', 'notifications', 'payment_reconciliations', 'payment_splits',
    'payment_tokens', 'payout_schedules', 'payout_transactions', 'personality_assessments', 'post_likes',
    'posts', 'profiles', 'refund_requests', 'reviews', 'split_payment_plans', 'split_payment_reminders',
    'stripe_account_onboarding', 'stripe_accounts', 'stripe_payment_intents', 'stripe_prices',
    'stripe_products', 'system_modifications', 'travel_preferences', 'user_activity_logs', 'user_behavior_data',
    'user_connections', 'user_interactions', 'user_preferences', 'vendor_certifications', 'vendor_insurance',
    'vendors', 'webhook_events', 'webhook_failures', 'webhook_logs', 'whatsapp_contacts',
    'whatsapp_conversations', 'whatsapp_messages', 'whatsapp_webhooks'
]) AS wanted (name)
WHERE to_regclass('public.' || name) IS NULL;
