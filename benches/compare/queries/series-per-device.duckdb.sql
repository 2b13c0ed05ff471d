WITH Counts AS (
    SELECT DeviceName, epoch_ns(Timestamp) // 3600000000000 AS Hour, count(*) AS Connections
    FROM DeviceNetworkEvents
    WHERE ActionType = 'ConnectionSuccess' AND Timestamp >= '2026-11-06 12:00:00' AND Timestamp < '2026-11-20 12:00:00'
    GROUP BY ALL
), Hours AS (
    SELECT unnest(range(epoch_ns(TIMESTAMP '2026-11-06 12:00:00') // 3600000000000, epoch_ns(TIMESTAMP '2026-11-20 12:00:00') // 3600000000000)) AS Hour
), Series AS (
    SELECT d.DeviceName, h.Hour, coalesce(c.Connections, 0) AS Connections
    FROM (SELECT DISTINCT DeviceName FROM Counts) AS d CROSS JOIN Hours AS h
    LEFT JOIN Counts AS c ON c.DeviceName = d.DeviceName AND c.Hour = h.Hour
)
SELECT DeviceName, count(*) FILTER (Connections = 0) AS Quiet, max(Connections) AS Most
FROM Series
GROUP BY DeviceName
