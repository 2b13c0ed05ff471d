-- Exact: approx_count_distinct is off by more than a tenth here, dcount() by 1.6 % at most.
SELECT RemoteIP, count(DISTINCT DeviceId) AS Devices, count(*) AS Events
FROM DeviceNetworkEvents
GROUP BY RemoteIP
