SELECT time_bucket(INTERVAL 1 HOUR, Timestamp::TIMESTAMPTZ) AS Timestamp, count(*) AS Events
FROM DeviceNetworkEvents
GROUP BY ALL
ORDER BY Timestamp
