SELECT RemotePort, count(*) AS Connections
FROM DeviceNetworkEvents
WHERE lower(InitiatingProcessFileName) IN ('powershell.exe', 'cmd.exe', 'wscript.exe', 'cscript.exe', 'mshta.exe', 'rundll32.exe')
GROUP BY RemotePort
