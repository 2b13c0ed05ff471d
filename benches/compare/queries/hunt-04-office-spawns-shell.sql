SELECT Timestamp, DeviceName, AccountName, InitiatingProcessFileName, FileName, ProcessCommandLine
FROM DeviceProcessEvents
WHERE Timestamp > '2026-11-06 12:00:00'
  AND lower(InitiatingProcessFileName) IN ('winword.exe', 'excel.exe', 'powerpnt.exe', 'outlook.exe')
  AND lower(FileName) IN ('powershell.exe', 'cmd.exe', 'wscript.exe', 'cscript.exe', 'mshta.exe')
