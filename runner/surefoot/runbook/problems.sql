WITH listed AS (
    SELECT position, (one ->> 0)::numeric AS number, one ->> 1 AS name, one ->> 2 AS checksum
    FROM jsonb_array_elements(current_setting('surefoot.plan')::jsonb -> 'listed') WITH ORDINALITY AS of (one, position)
),
known AS (
    SELECT a.number, a.name, a.checksum, a.applied_at, a.role, l.position, l.name AS listed_name,
        l.checksum AS listed_checksum
    FROM @schema@.applied AS a LEFT JOIN listed AS l USING (number)
),
reach AS (
    SELECT (current_setting('surefoot.plan')::jsonb ->> 'first')::bigint AS first,
        (current_setting('surefoot.plan')::jsonb ->> 'last')::bigint AS last,
        (SELECT max(position) FROM known) AS done
),
found (kind, rank, what, next) AS (
    SELECT 'broken-chain', 0::numeric,
        format('the ledger was changed by hand: the hash of its row %s does not fit', id),
        'Type: surefoot verify; compare the row with a backup, and put it back.'
    FROM (@broken@) AS broken
    UNION ALL
    SELECT 'unfinished', p.number,
        CASE p.action WHEN 'applied' THEN format('migration %s was begun and is not finished', coalesce(l.name, p.number::text))
            ELSE format('the rollback of %s was begun and is not finished', coalesce(l.name, p.number::text)) END,
        CASE p.action WHEN 'applied' THEN 'Finish it with its deploy.sql, or: surefoot migrate; or undo it: surefoot abandon ' || p.number
            ELSE 'Go on with it: its rollback.sql, or: surefoot rollback' END
    FROM (SELECT DISTINCT number, action FROM @schema@.progress) AS p LEFT JOIN listed AS l USING (number)
    WHERE NOT current_setting('surefoot.plan')::jsonb -> 'resumes' @> jsonb_build_array(jsonb_build_array(p.number, p.action))
    UNION ALL
    SELECT 'unknown-migration', number,
        format('%s is applied, and the manifest of this script does not know it', name),
        format('It was applied on %s by %s. Write the script again from files that have it.', applied_at, role)
    FROM known WHERE position IS NULL
    UNION ALL
    SELECT 'renamed-migration', number,
        format('number %s was applied as %s, and is now called %s', number, name, listed_name),
        'Give the file its old name back, and write the script again.'
    FROM known WHERE name <> listed_name
    UNION ALL
    SELECT 'edited-migration', number, format('%s was edited after it was applied', name),
        format('Applied was %s, this script has %s. Restore the file and write the script again; or: surefoot accept %s --reason …',
            checksum, listed_checksum, number)
    FROM known WHERE checksum <> listed_checksum
    UNION ALL
    SELECT 'not-applied', l.number, format('%s is not applied, and this script begins after it', l.name),
        'Write the script again with the right --after; surefoot status shows what is applied.'
    FROM listed AS l CROSS JOIN reach
    WHERE l.position < reach.first AND NOT EXISTS (SELECT FROM known AS k WHERE k.number = l.number)
    UNION ALL
    SELECT 'out-of-order', l.number, format('%s comes before %s, which is applied already', l.name,
            (SELECT k.name FROM known AS k WHERE k.position = reach.done)),
        'Give it the next free number; or, if the order does not matter: surefoot migrate --out-of-order'
    FROM listed AS l CROSS JOIN reach
    WHERE l.position BETWEEN reach.first AND reach.last AND l.position < reach.done
        AND NOT EXISTS (SELECT FROM known AS k WHERE k.number = l.number)
    UNION ALL
    SELECT 'invalid-index', 0, format('the index %s is INVALID', name),
        format('Build it again: DROP INDEX CONCURRENTLY %s, then its statement.', name)
    FROM (@invalid_indexes@) AS invalid (name)
)
SELECT f.kind, f.what, f.next FROM found AS f
JOIN jsonb_array_elements_text(current_setting('surefoot.plan')::jsonb -> 'kinds') WITH ORDINALITY AS of (kind, place)
    USING (kind)
ORDER BY of.place, f.rank
