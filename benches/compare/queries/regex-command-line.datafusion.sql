SELECT DeviceName, count(*) AS Events
FROM DeviceProcessEvents
WHERE ProcessCommandLine ~* '-file\s+\S+\\collect-\d{3}\.ps1'
GROUP BY DeviceName
