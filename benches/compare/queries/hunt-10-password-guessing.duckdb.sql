SELECT AccountName, DeviceName, RemoteIP, make_timestamp_ns(epoch_ns(Timestamp) // 3600000000000 * 3600000000000) AS Hour,
    count(*) FILTER (WHERE ActionType = 'LogonFailed') AS Failed,
    count(*) FILTER (WHERE ActionType = 'LogonSuccess') AS Succeeded,
    max(Timestamp) FILTER (WHERE ActionType = 'LogonSuccess') AS LastSuccess
FROM DeviceLogonEvents
WHERE LogonType = 'Network'
GROUP BY AccountName, DeviceName, RemoteIP, Hour
HAVING Failed >= 10 AND Succeeded > 0
ORDER BY Failed DESC
