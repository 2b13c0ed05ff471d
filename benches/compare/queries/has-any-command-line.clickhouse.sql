SELECT FileName, count() AS Events
FROM DeviceProcessEvents
WHERE multiSearchAnyCaseInsensitive(ProcessCommandLine, ['mimikatz', 'downloadstring', 'comsvcs', 'control_rundll', 'schedule', 'shell32', 'rclone'])
  AND match(ProcessCommandLine, '(?i)\\b(mimikatz|downloadstring|comsvcs|control_rundll|schedule|shell32|rclone)\\b')
GROUP BY FileName
