WITH Gaps AS (
    SELECT DeviceName, RemoteIP, InitiatingProcessFileName,
        toUnixTimestamp64Nano(assumeNotNull(Timestamp)) AS Time,
        (Time - lagInFrame(toNullable(Time)) OVER (
            PARTITION BY DeviceName, RemoteIP, InitiatingProcessFileName ORDER BY Time ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
        )) / 1e9 AS Gap
    FROM DeviceNetworkEvents
    WHERE Timestamp > '2026-11-06 12:00:00' AND ActionType = 'ConnectionSuccess' AND RemoteIPType = 'Public'
)
SELECT DeviceName, RemoteIP, InitiatingProcessFileName,
    count() AS Connections, quantileTDigest(0.5)(Gap) AS MedianGap, stddevSamp(Gap) AS Spread
FROM Gaps
WHERE Gap IS NOT NULL
GROUP BY DeviceName, RemoteIP, InitiatingProcessFileName
HAVING Connections > 50 AND Spread < 0.2 * MedianGap
