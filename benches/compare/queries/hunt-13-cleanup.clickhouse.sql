SELECT Timestamp, DeviceName, CASE WHEN ProcessCommandLine = '' THEN ActionType ELSE ProcessCommandLine END AS What
FROM (
    SELECT Timestamp, DeviceName, ActionType, ProcessCommandLine
    FROM DeviceProcessEvents
    WHERE ProcessCommandLine ILIKE '%delete shadows%' AND match(ProcessCommandLine, '(?i)\\bdelete shadows\\b')
       OR lower(FileName) = 'wevtutil.exe' AND match(ProcessCommandLine, '(?i)\\b(cl|clear-log)\\b')
    UNION ALL
    SELECT Timestamp, DeviceName, ActionType, ProcessCommandLine
    FROM DeviceEvents
    WHERE ActionType = 'SecurityLogCleared'
)
ORDER BY Timestamp
