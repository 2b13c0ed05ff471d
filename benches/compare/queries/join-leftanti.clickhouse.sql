SELECT e.DeviceName AS DeviceName, count() AS Alerts
FROM AlertEvidence AS e
LEFT ANTI JOIN (SELECT DeviceId FROM DeviceFileEvents WHERE FileName ILIKE '%.msi') AS f ON f.DeviceId = e.DeviceId
WHERE e.EntityType = 'Machine'
GROUP BY e.DeviceName
