SELECT toStartOfHour(e.Timestamp) AS Timestamp, count() AS Events
FROM DeviceNetworkEvents AS e
GROUP BY 1
ORDER BY 1
