SELECT
    c.DeviceName AS DeviceName, p.Timestamp AS PackTime, c.Timestamp AS CopyTime,
    p.ProcessCommandLine AS Pack, c.ProcessCommandLine AS Copy
FROM DeviceProcessEvents AS c
JOIN DeviceProcessEvents AS p ON p.DeviceName = c.DeviceName
WHERE lower(c.FileName) IN ('rclone.exe', 'megacmd.exe', 'winscp.exe', 'curl.exe')
  AND lower(p.FileName) IN ('rar.exe', '7z.exe', 'winrar.exe') AND regexp_matches(p.ProcessCommandLine, '\s-(hp|p)\S+')
  AND epoch_ns(c.Timestamp) - epoch_ns(p.Timestamp) BETWEEN 0 AND 3600000000000
