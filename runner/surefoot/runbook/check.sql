DO $surefoot$
DECLARE
    asked CONSTANT jsonb := current_setting('surefoot.asked')::jsonb;
    answer record;
    answers jsonb := '[]';
    state text;
    got text;
    is_expected boolean := false;
BEGIN
    BEGIN
        IF asked ? 'role' THEN
            BEGIN
                EXECUTE format('SET LOCAL ROLE %I', asked ->> 'role');
            EXCEPTION WHEN OTHERS THEN
                RAISE EXCEPTION 'no answer: the role % cannot be taken on: %', asked ->> 'role', SQLERRM
                    USING ERRCODE = 'SF006';
            END;
        END IF;
        IF asked ? 'errors' THEN
            EXECUTE current_setting('surefoot.query');
        ELSE
            FOR answer IN EXECUTE current_setting('surefoot.query') LOOP
                -- The values as psql shows them, taken from the text of the whole row.
                answers := answers || jsonb_build_array((
                    SELECT jsonb_agg(CASE
                        WHEN value = '' THEN NULL
                        WHEN value LIKE '"%' THEN
                            replace(replace(substr(value, 2, length(value) - 2), '""', '"'), repeat(chr(92), 2), chr(92))
                        ELSE value END)
                    FROM regexp_matches(answer::text, '(?:^\(|,)("(?:""|\\\\|[^"\\])*"|[^",()]*)', 'g') AS field (part)
                    CROSS JOIN unnest(part) AS of (value)
                ));
            END LOOP;
        END IF;
        RAISE EXCEPTION 'what it did is taken back' USING ERRCODE = 'SF005';
    EXCEPTION
        WHEN SQLSTATE 'SF005' THEN
            got := CASE WHEN asked ? 'errors' THEN 'no error' ELSE coalesce((
                SELECT string_agg(format('(%s)', (
                    SELECT string_agg(coalesce(value, 'NULL'), ', ') FROM jsonb_array_elements_text(one) AS of (value)
                )), ', ') FROM (SELECT one FROM jsonb_array_elements(answers) AS row (one) LIMIT 5) AS shown
            ), 'no row') END;
            is_expected := NOT asked ? 'errors' AND jsonb_array_length(answers) = jsonb_array_length(asked -> 'rows')
                AND NOT EXISTS (
                    SELECT FROM jsonb_array_elements(answers) WITH ORDINALITY AS a (one, at)
                    JOIN jsonb_array_elements(asked -> 'rows') WITH ORDINALITY AS e (one, at) USING (at)
                    WHERE jsonb_array_length(a.one) <> jsonb_array_length(e.one) OR EXISTS (
                        SELECT FROM jsonb_array_elements_text(a.one) WITH ORDINALITY AS v (value, at)
                        JOIN jsonb_array_elements(e.one) WITH ORDINALITY AS w (value, at) USING (at)
                        WHERE NOT coalesce(CASE jsonb_typeof(w.value)
                            WHEN 'null' THEN v.value IS NULL
                            WHEN 'number' THEN CASE WHEN v.value ~ '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$'
                                THEN v.value::numeric = (w.value #>> '{}')::numeric END
                            ELSE v.value = w.value #>> '{}' END, false)
                    )
                );
        WHEN SQLSTATE 'SF006' THEN
            got := SQLERRM;
        WHEN OTHERS OR query_canceled OR assert_failure THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE;
            got := format('the error %s: %s', state, SQLERRM);
            is_expected := coalesce(asked -> 'errors' ? state, false);
    END;
    IF NOT is_expected THEN
        RAISE EXCEPTION 'the check % failed: expected %, got %', quote_literal(asked ->> 'name'), asked ->> 'expected', got
            USING DETAIL = asked ->> 'where', HINT = asked ->> 'next', ERRCODE = 'SF006';
    END IF;
END
$surefoot$;
