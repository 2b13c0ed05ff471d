SELECT DeviceName, count(*) AS Events
FROM DeviceProcessEvents
WHERE regexp_matches(ProcessCommandLine, '-file\s+\S+\\collect-\d{3}\.ps1', 'i')
GROUP BY DeviceName
