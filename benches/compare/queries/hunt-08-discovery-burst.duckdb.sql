SELECT DeviceName, AccountName, make_timestamp_ns(epoch_ns(Timestamp) // 600000000000 * 600000000000) AS "Window",
    (list(DISTINCT ProcessCommandLine))[:20] AS Commands, count(DISTINCT FileName) AS Kinds, count(*) AS Count
FROM DeviceProcessEvents
WHERE lower(FileName) IN ('whoami.exe', 'net.exe', 'net1.exe', 'nltest.exe', 'quser.exe', 'ipconfig.exe', 'systeminfo.exe')
GROUP BY DeviceName, AccountName, "Window"
HAVING Kinds >= 4
