SELECT make_timestamp_ns(epoch_ns(Timestamp) // 3600000000000 * 3600000000000) AS Timestamp, count(*) AS Events
FROM DeviceNetworkEvents
GROUP BY ALL
ORDER BY Timestamp
