SELECT DeviceName, AccountName, date_bin(INTERVAL '10 minutes', Timestamp) AS Window,
    array_slice(array_distinct(array_agg(ProcessCommandLine)), 1, 20) AS Commands, array_length(array_distinct(array_agg(FileName))) AS Kinds, count(*) AS Count
FROM DeviceProcessEvents
WHERE lower(FileName) IN ('whoami.exe', 'net.exe', 'net1.exe', 'nltest.exe', 'quser.exe', 'ipconfig.exe', 'systeminfo.exe')
GROUP BY DeviceName, AccountName, 3
HAVING array_length(array_distinct(array_agg(FileName))) >= 4
