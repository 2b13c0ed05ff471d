SELECT n.DeviceName AS DeviceName, n.RemoteIP AS RemoteIP, count(*) AS Connections
FROM (SELECT DISTINCT DeviceId FROM DeviceLogonEvents WHERE ActionType = 'LogonFailed') AS l
JOIN DeviceNetworkEvents AS n ON n.DeviceId = l.DeviceId
WHERE n.RemotePort = 445
GROUP BY n.DeviceName, n.RemoteIP
