SELECT FileName, count(*) AS Events
FROM DeviceProcessEvents
WHERE lower(ProcessCommandLine) ~ '\b(mimikatz|downloadstring|comsvcs|control_rundll|schedule|shell32|rclone)\b'
GROUP BY FileName
