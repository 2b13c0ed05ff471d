SELECT RemoteIP, approx_count_distinct(DeviceId) AS Devices, count(*) AS Events
FROM DeviceNetworkEvents
GROUP BY RemoteIP
