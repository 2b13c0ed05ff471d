WITH Gaps AS (
    SELECT DeviceName, RemoteIP, InitiatingProcessFileName,
        (CAST(Timestamp AS BIGINT) - lag(CAST(Timestamp AS BIGINT)) OVER (PARTITION BY DeviceName, RemoteIP, InitiatingProcessFileName ORDER BY Timestamp)) / 1e9 AS Gap
    FROM DeviceNetworkEvents
    WHERE Timestamp > '2026-11-06 12:00:00' AND ActionType = 'ConnectionSuccess' AND RemoteIPType = 'Public'
)
SELECT DeviceName, RemoteIP, InitiatingProcessFileName,
    count(*) AS Connections, approx_percentile_cont(0.5) WITHIN GROUP (ORDER BY Gap) AS MedianGap, stddev(Gap) AS Spread
FROM Gaps
WHERE Gap IS NOT NULL
GROUP BY DeviceName, RemoteIP, InitiatingProcessFileName
HAVING count(*) > 50 AND stddev(Gap) < 0.2 * approx_percentile_cont(0.5) WITHIN GROUP (ORDER BY Gap)
