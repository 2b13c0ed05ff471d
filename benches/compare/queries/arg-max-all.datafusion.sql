SELECT
    DeviceId, Timestamp, DeviceName, ActionType, LogonType, AccountName, AccountSid, RemoteIP, RemoteDeviceName, LogonId,
    IsLocalAdmin, InitiatingProcessCommandLine, InitiatingProcessFolderPath, ReportId
FROM (SELECT *, row_number() OVER (PARTITION BY DeviceId ORDER BY Timestamp DESC) AS Place FROM DeviceLogonEvents)
WHERE Place = 1
