SELECT EXISTS (SELECT FROM @schema@.applied WHERE number = @number@) AS is_applied,
    (SELECT count(*) FROM @schema@.applied) = @before@ AS is_next \gset
