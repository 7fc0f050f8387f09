DO $surefoot$ BEGIN
    IF current_setting('surefoot.run', true) IS DISTINCT FROM current_setting('surefoot.claim') THEN
        RAISE EXCEPTION 'this transaction got another session than the one before'
            USING HINT = 'Nothing of this migration was done. Connect to the server itself, not to a pooler, and run the same command again.';
    END IF;
    PERFORM @fence@;
END $surefoot$;
