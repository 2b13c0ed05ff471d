SELECT DeviceName, JSONExtractString(AdditionalFields, 'ProductName') AS Product,
    count() AS Mounts, groupUniqArray(JSONExtractString(AdditionalFields, 'DriveLetter')) AS Letters
FROM DeviceEvents
WHERE ActionType = 'UsbDriveMounted'
GROUP BY DeviceName, Product
ORDER BY Mounts DESC
LIMIT 5
