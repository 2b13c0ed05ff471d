SELECT RemoteIP, approx_distinct(DeviceId) AS Devices, count(*) AS Events
FROM DeviceNetworkEvents
GROUP BY RemoteIP
