SELECT DeviceName, AccountName, date_bin(INTERVAL '10 minutes', Timestamp) AS Window,
    array_slice(array_agg(DISTINCT ProcessCommandLine), 1, 20) AS Commands, count(DISTINCT FileName) AS Kinds, count(*) AS Count
FROM DeviceProcessEvents
WHERE lower(FileName) IN ('whoami.exe', 'net.exe', 'net1.exe', 'nltest.exe', 'quser.exe', 'ipconfig.exe', 'systeminfo.exe')
GROUP BY DeviceName, AccountName, 3
HAVING count(DISTINCT FileName) >= 4
