SELECT max(Count) AS Value, make_timestamp_ns(Day * 86400000000000 + 43200000000000) AS Time, 'Events' AS Legend
FROM (
    SELECT 0 AS Count, unnest(range(epoch_ns(TIMESTAMP '2026-11-06 00:00:00') // 86400000000000, epoch_ns(TIMESTAMP '2026-11-20 00:00:00') // 86400000000000)) AS Day
    UNION ALL
    (
        SELECT count(*) AS Count, (epoch_ns(TimeGenerated) - 43200000000000) // 86400000000000 AS Day
        FROM DeviceEvents
        GROUP BY Day
    )
)
GROUP BY Day
ORDER BY Time DESC
