SELECT SHA1, FileName, count(DISTINCT DeviceId) AS Devices, count(*) AS Runs, min(Timestamp) AS Timestamp,
    first_value(DeviceName ORDER BY Timestamp) AS DeviceName, first_value(AccountName ORDER BY Timestamp) AS AccountName,
    first_value(ProcessCommandLine ORDER BY Timestamp) AS ProcessCommandLine
FROM DeviceProcessEvents
WHERE Timestamp > '2026-11-06 12:00:00' AND (FolderPath ILIKE 'C:\\Users\\Public%' OR FolderPath ILIKE '%\\Temp\\%')
GROUP BY SHA1, FileName
HAVING count(DISTINCT DeviceId) = 1
ORDER BY Timestamp
LIMIT 10
