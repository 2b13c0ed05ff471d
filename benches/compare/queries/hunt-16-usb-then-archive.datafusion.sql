-- Without JSON functions: a regular expression that is right for these events, whose values hold no escapes.
SELECT DeviceName, (regexp_match(AdditionalFields, '"ProductName":"([^"]*)"'))[1] AS Product,
    count(*) AS Mounts, array_distinct(array_agg((regexp_match(AdditionalFields, '"DriveLetter":"([^"]*)"'))[1])) AS Letters
FROM DeviceEvents
WHERE ActionType = 'UsbDriveMounted'
GROUP BY 1, 2
ORDER BY Mounts DESC
LIMIT 5
