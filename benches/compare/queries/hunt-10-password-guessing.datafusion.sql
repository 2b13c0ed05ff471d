SELECT AccountName, DeviceName, RemoteIP, date_bin(INTERVAL '1 hour', Timestamp) AS Hour,
    count(*) FILTER (WHERE ActionType = 'LogonFailed') AS Failed,
    count(*) FILTER (WHERE ActionType = 'LogonSuccess') AS Succeeded,
    max(Timestamp) FILTER (WHERE ActionType = 'LogonSuccess') AS LastSuccess
FROM DeviceLogonEvents
WHERE LogonType = 'Network'
GROUP BY AccountName, DeviceName, RemoteIP, 4
HAVING count(*) FILTER (WHERE ActionType = 'LogonFailed') >= 10 AND count(*) FILTER (WHERE ActionType = 'LogonSuccess') > 0
ORDER BY Failed DESC
