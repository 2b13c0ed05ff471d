SELECT SHA1, FileName, count(DISTINCT DeviceId) AS Devices, count(*) AS Runs, min(Timestamp) AS Timestamp,
    arg_min(DeviceName, Timestamp) AS DeviceName, arg_min(AccountName, Timestamp) AS AccountName,
    arg_min(ProcessCommandLine, Timestamp) AS ProcessCommandLine
FROM DeviceProcessEvents
WHERE Timestamp > '2026-11-06 12:00:00' AND (FolderPath ILIKE 'C:\Users\Public%' OR FolderPath ILIKE '%\Temp\%')
GROUP BY SHA1, FileName
HAVING Devices = 1
ORDER BY Timestamp
LIMIT 10
