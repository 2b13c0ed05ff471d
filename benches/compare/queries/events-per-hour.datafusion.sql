SELECT date_bin(INTERVAL '1 hour', Timestamp) AS Timestamp, count(*) AS Events
FROM DeviceNetworkEvents
GROUP BY 1
ORDER BY 1
