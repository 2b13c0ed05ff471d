SELECT
    f.Timestamp AS Written, f.DeviceId AS DeviceId, f.DeviceName AS DeviceName, f.RequestSourceIP AS RequestSourceIP,
    f.RequestAccountName AS RequestAccountName, f.ShareName AS ShareName,
    p.Timestamp AS Started, p.FileName AS FileName, p.ProcessCommandLine AS ProcessCommandLine
FROM DeviceFileEvents AS f
JOIN DeviceProcessEvents AS p ON p.DeviceId = f.DeviceId
WHERE lower(f.FileName) = 'psexesvc.exe' AND f.RequestProtocol = 'SMB' AND lower(p.InitiatingProcessFileName) = 'psexesvc.exe'
  AND p.Timestamp BETWEEN f.Timestamp AND f.Timestamp + INTERVAL '10 minutes'
