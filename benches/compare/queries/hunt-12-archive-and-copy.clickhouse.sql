SELECT
    c.DeviceName AS DeviceName, p.Timestamp AS PackTime, c.Timestamp AS CopyTime,
    p.ProcessCommandLine AS Pack, c.ProcessCommandLine AS Copy
FROM DeviceProcessEvents AS c
JOIN DeviceProcessEvents AS p ON p.DeviceName = c.DeviceName
WHERE lower(c.FileName) IN ('rclone.exe', 'megacmd.exe', 'winscp.exe', 'curl.exe')
  AND lower(p.FileName) IN ('rar.exe', '7z.exe', 'winrar.exe') AND match(p.ProcessCommandLine, '\\s-(hp|p)\\S+')
  AND c.Timestamp BETWEEN p.Timestamp AND p.Timestamp + INTERVAL 1 HOUR
