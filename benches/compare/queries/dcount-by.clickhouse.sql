SELECT RemoteIP, uniq(DeviceId) AS Devices, count() AS Events
FROM DeviceNetworkEvents
GROUP BY RemoteIP
