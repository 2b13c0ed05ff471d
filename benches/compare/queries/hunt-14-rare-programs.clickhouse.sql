SELECT SHA1, FileName, Devices, Runs, First AS Timestamp,
    Facts.1 AS DeviceName, Facts.2 AS AccountName, Facts.3 AS ProcessCommandLine
FROM (
    SELECT SHA1, FileName, uniq(DeviceId) AS Devices, count() AS Runs, min(Timestamp) AS First,
        argMin((DeviceName, AccountName, ProcessCommandLine), Timestamp) AS Facts
    FROM DeviceProcessEvents
    WHERE Timestamp > '2026-11-06 12:00:00' AND (startsWith(lower(FolderPath), 'c:\\users\\public') OR positionCaseInsensitive(FolderPath, '\\Temp\\') > 0)
    GROUP BY SHA1, FileName
)
WHERE Devices = 1
ORDER BY First
LIMIT 10
