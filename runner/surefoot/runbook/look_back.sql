SELECT EXISTS (SELECT FROM @schema@.progress WHERE number = @number@ AND action = 'applied') AS is_unfinished \gset
SELECT :'is_unfinished'::boolean OR EXISTS (SELECT FROM @schema@.applied WHERE number = @number@) AS is_to_undo,
    :'is_unfinished'::boolean
        OR (SELECT number FROM @schema@.applied ORDER BY applied_id DESC LIMIT 1) = @number@ AS is_newest,
    :'is_unfinished'::boolean OR :'changed_rollbacks'::boolean OR EXISTS (
        SELECT FROM @schema@.applied WHERE number = @number@ AND rollback_checksum = @checksum@
    ) AS is_same,
    CASE WHEN :'is_unfinished'::boolean THEN 'abandoned' ELSE '' END AS reason \gset
