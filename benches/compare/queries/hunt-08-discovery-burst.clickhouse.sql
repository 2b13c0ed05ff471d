SELECT DeviceName, AccountName, toStartOfTenMinutes(Timestamp) AS Window,
    groupUniqArray(20)(ProcessCommandLine) AS Commands, uniq(FileName) AS Kinds, count() AS Count
FROM DeviceProcessEvents
WHERE lower(FileName) IN ('whoami.exe', 'net.exe', 'net1.exe', 'nltest.exe', 'quser.exe', 'ipconfig.exe', 'systeminfo.exe')
GROUP BY DeviceName, AccountName, Window
HAVING Kinds >= 4
