SELECT FileName, count(*) AS Events
FROM DeviceProcessEvents
WHERE regexp_matches(ProcessCommandLine, '\b(mimikatz|downloadstring|comsvcs|control_rundll|schedule|shell32|rclone)\b', 'i')
GROUP BY FileName
