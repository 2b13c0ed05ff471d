WITH Counts AS (
    SELECT DeviceName, date_bin(INTERVAL '1 hour', Timestamp) AS Hour, count(*) AS Connections
    FROM DeviceNetworkEvents
    WHERE ActionType = 'ConnectionSuccess' AND Timestamp >= '2026-11-06T12:00:00Z' AND Timestamp < '2026-11-20T12:00:00Z'
    GROUP BY 1, 2
), Hours AS (
    SELECT arrow_cast(value, 'Timestamp(Nanosecond, Some("UTC"))') AS Hour
    FROM generate_series(TIMESTAMP '2026-11-06 12:00:00', TIMESTAMP '2026-11-20 11:00:00', INTERVAL '1 hour')
), Series AS (
    SELECT d.DeviceName, h.Hour, coalesce(c.Connections, 0) AS Connections
    FROM (SELECT DISTINCT DeviceName FROM Counts) AS d CROSS JOIN Hours AS h
    LEFT JOIN Counts AS c ON c.DeviceName = d.DeviceName AND c.Hour = h.Hour
)
SELECT DeviceName, count(*) FILTER (WHERE Connections = 0) AS Quiet, max(Connections) AS Most
FROM Series
GROUP BY DeviceName
