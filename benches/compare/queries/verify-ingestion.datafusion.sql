SELECT max(Count) AS Value, Time, 'Events' AS Legend
FROM (
    SELECT 0 AS Count, arrow_cast(value, 'Timestamp(Nanosecond, Some("UTC"))') AS Time
    FROM generate_series(TIMESTAMP '2026-11-06 12:00:00', TIMESTAMP '2026-11-19 12:00:00', INTERVAL '1 day')
    UNION ALL
    (
        SELECT count(*) AS Count, date_bin(INTERVAL '1 day', TimeGenerated, TIMESTAMP '2026-11-20 12:00:00') AS Time
        FROM DeviceEvents
        GROUP BY 2
    )
)
GROUP BY Time
ORDER BY Time DESC
