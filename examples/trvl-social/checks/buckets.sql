-- The storage buckets that are missing, or are open when they should be closed, or closed when open.
SELECT coalesce(string_agg(wanted.id, ', ' ORDER BY wanted.id), 'none missing')
FROM (
    VALUES
        ('avatars', true), ('adventure-media', true), ('vendor-documents', false), ('user-uploads', false),
        ('system-media', true)
) AS wanted (id, is_public)
LEFT JOIN storage.buckets AS bucket ON bucket.id = wanted.id AND bucket.public = wanted.is_public
WHERE bucket.id IS NULL;
