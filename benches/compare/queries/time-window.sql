SELECT count(*) AS Count
FROM DeviceNetworkEvents
WHERE Timestamp >= '2026-11-19 00:00:00' AND Timestamp <= '2026-11-19 06:00:00'
