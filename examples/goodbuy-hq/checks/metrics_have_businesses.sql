-- Health scores whose business is not there: 0.
SELECT count(*)
FROM public.health_metrics AS metric
WHERE NOT EXISTS (SELECT 1 FROM public.businesses WHERE id = metric.business_id)
