SELECT RemoteUrl, count(*) AS Connections, array_distinct(array_agg(DeviceName)) AS Devices, min(Timestamp) AS First
FROM DeviceNetworkEvents
WHERE Timestamp >= '2026-11-13 12:00:00' AND RemoteUrl <> ''
  AND RemoteUrl NOT IN (SELECT DISTINCT RemoteUrl FROM DeviceNetworkEvents WHERE Timestamp < '2026-11-13 12:00:00' AND RemoteUrl <> '')
GROUP BY RemoteUrl
ORDER BY First
