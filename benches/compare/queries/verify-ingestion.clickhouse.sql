SELECT max(Count) AS Value, Time, 'Events' AS Legend
FROM (
    SELECT 0 AS Count, arrayJoin(arrayMap(day -> toDateTime('2026-11-06 12:00:00') + toIntervalDay(day), range(14))) AS Time
    UNION ALL
    (
        SELECT count() AS Count, toStartOfDay(toDateTime(assumeNotNull(TimeGenerated)) - INTERVAL 12 HOUR) + INTERVAL 12 HOUR AS Time
        FROM DeviceEvents
        GROUP BY Time
    )
)
GROUP BY Time
ORDER BY Time DESC
