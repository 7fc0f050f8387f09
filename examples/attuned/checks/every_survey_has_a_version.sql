-- Surveys and profiles without a version: 0.
SELECT
    (SELECT count(*) FROM public.survey_submissions WHERE survey_version IS NULL)
    + (SELECT count(*) FROM public.profiles WHERE survey_version IS NULL)
