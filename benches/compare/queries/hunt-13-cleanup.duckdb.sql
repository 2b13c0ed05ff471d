SELECT Timestamp, DeviceName, CASE WHEN ProcessCommandLine = '' THEN ActionType ELSE ProcessCommandLine END AS What
FROM (
    SELECT Timestamp, DeviceName, ActionType, ProcessCommandLine
    FROM DeviceProcessEvents
    WHERE regexp_matches(ProcessCommandLine, 'delete shadows', 'i') AND regexp_matches(ProcessCommandLine, '\bdelete shadows\b', 'i')
       OR lower(FileName) = 'wevtutil.exe' AND regexp_matches(ProcessCommandLine, '\b(cl|clear-log)\b', 'i')
    UNION ALL
    SELECT Timestamp, DeviceName, ActionType, ProcessCommandLine
    FROM DeviceEvents
    WHERE ActionType = 'SecurityLogCleared'
)
ORDER BY Timestamp
