SELECT
    DeviceId, Timestamp, DeviceName, ActionType, LogonType, AccountName, AccountSid, RemoteIP, RemoteDeviceName, LogonId,
    IsLocalAdmin, InitiatingProcessCommandLine, InitiatingProcessFolderPath, ReportId
FROM DeviceLogonEvents
ORDER BY Timestamp DESC
LIMIT 1 BY DeviceId
