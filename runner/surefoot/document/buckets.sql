-- The buckets that migrations make in the platform's storage, as JSON: [name, parts].
SELECT b.id, json_build_object(
    'is_public', coalesce(b.public, false),
    'limit', b.file_size_limit,
    'types', coalesce(b.allowed_mime_types, '{}'))
FROM storage.buckets AS b
ORDER BY b.id COLLATE "C"
