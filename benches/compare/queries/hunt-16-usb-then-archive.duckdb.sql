SELECT DeviceName, json_extract_string(AdditionalFields, '$.ProductName') AS Product,
    count(*) AS Mounts, list(DISTINCT json_extract_string(AdditionalFields, '$.DriveLetter')) AS Letters
FROM DeviceEvents
WHERE ActionType = 'UsbDriveMounted'
GROUP BY ALL
ORDER BY Mounts DESC
LIMIT 5
