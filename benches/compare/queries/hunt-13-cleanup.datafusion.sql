SELECT Timestamp, DeviceName, CASE WHEN ProcessCommandLine = '' THEN ActionType ELSE ProcessCommandLine END AS What
FROM (
    SELECT Timestamp, DeviceName, ActionType, ProcessCommandLine
    FROM DeviceProcessEvents
    WHERE ProcessCommandLine ~* '\bdelete shadows\b'
       OR lower(FileName) = 'wevtutil.exe' AND ProcessCommandLine ~* '\b(cl|clear-log)\b'
    UNION ALL
    SELECT Timestamp, DeviceName, ActionType, ProcessCommandLine
    FROM DeviceEvents
    WHERE ActionType = 'SecurityLogCleared'
)
ORDER BY Timestamp
