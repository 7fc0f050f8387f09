-- All enum types, with their labels in order.
SELECT enum.typname, string_agg(label.enumlabel, ', ' ORDER BY label.enumsortorder)
FROM pg_type AS enum
JOIN pg_enum AS label ON label.enumtypid = enum.oid
WHERE enum.typtype = 'e' AND enum.typnamespace = 'public'::regnamespace
GROUP BY enum.typname
ORDER BY enum.typname COLLATE "C";
