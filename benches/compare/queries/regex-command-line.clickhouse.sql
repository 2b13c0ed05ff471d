SELECT DeviceName, count() AS Events
FROM DeviceProcessEvents
WHERE match(ProcessCommandLine, '(?i)-file\\s+\\S+\\\\collect-\\d{3}\\.ps1')
GROUP BY DeviceName
