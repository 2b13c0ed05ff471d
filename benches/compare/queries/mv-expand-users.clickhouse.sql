SELECT JSONExtractString(User, 'UserName') AS User, uniq(DeviceId) AS Devices, max(Timestamp) AS Last
FROM (SELECT DeviceId, Timestamp, arrayJoin(JSONExtractArrayRaw(LoggedOnUsers)) AS User FROM DeviceInfo)
GROUP BY User
