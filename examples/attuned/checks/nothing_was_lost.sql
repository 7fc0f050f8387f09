-- Tables of the prototype whose rows are not, value by value, what the migration found at its beginning: none.
SELECT coalesce(string_agg(before.what, ', ' ORDER BY before.what), 'none')
FROM prototype_totals_before AS before
LEFT JOIN public.prototype_totals AS after USING (what)
WHERE (before.number_of_rows, before.digest) IS DISTINCT FROM (after.number_of_rows, after.digest)
