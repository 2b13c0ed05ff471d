SELECT max(Count) AS Value, Time, 'Events' AS Legend
FROM (
    SELECT 0 AS Count, unnest(generate_series(TIMESTAMPTZ '2026-11-06 12:00:00', TIMESTAMPTZ '2026-11-19 12:00:00', INTERVAL 1 DAY)) AS Time
    UNION ALL
    (
        SELECT count(*) AS Count, time_bucket(INTERVAL 1 DAY, TimeGenerated::TIMESTAMPTZ, TIMESTAMPTZ '2026-11-20 12:00:00') AS Time
        FROM DeviceEvents
        GROUP BY Time
    )
)
GROUP BY Time
ORDER BY Time DESC
