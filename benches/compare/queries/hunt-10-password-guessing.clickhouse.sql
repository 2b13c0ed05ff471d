SELECT AccountName, DeviceName, RemoteIP, toStartOfHour(Timestamp) AS Hour,
    countIf(ActionType = 'LogonFailed') AS Failed,
    countIf(ActionType = 'LogonSuccess') AS Succeeded,
    maxIf(Timestamp, ActionType = 'LogonSuccess') AS LastSuccess
FROM DeviceLogonEvents
WHERE LogonType = 'Network'
GROUP BY AccountName, DeviceName, RemoteIP, Hour
HAVING Failed >= 10 AND Succeeded > 0
ORDER BY Failed DESC
