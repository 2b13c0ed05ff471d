WITH Gaps AS (
    SELECT DeviceName, RemoteIP, InitiatingProcessFileName,
        (epoch_ns(Timestamp) - lag(epoch_ns(Timestamp)) OVER (PARTITION BY DeviceName, RemoteIP, InitiatingProcessFileName ORDER BY Timestamp)) / 1e9 AS Gap
    FROM DeviceNetworkEvents
    WHERE Timestamp > '2026-11-06 12:00:00' AND ActionType = 'ConnectionSuccess' AND RemoteIPType = 'Public'
)
SELECT DeviceName, RemoteIP, InitiatingProcessFileName,
    count(*) AS Connections, approx_quantile(Gap, 0.5) AS MedianGap, stddev(Gap) AS Spread
FROM Gaps
WHERE Gap IS NOT NULL
GROUP BY DeviceName, RemoteIP, InitiatingProcessFileName
HAVING count(*) > 50 AND stddev(Gap) < 0.2 * approx_quantile(Gap, 0.5)
