SELECT DeviceId, max(Timestamp) AS Timestamp, unnest(arg_max({
    DeviceName: DeviceName, ActionType: ActionType, LogonType: LogonType, AccountName: AccountName, AccountSid: AccountSid,
    RemoteIP: RemoteIP, RemoteDeviceName: RemoteDeviceName, LogonId: LogonId, IsLocalAdmin: IsLocalAdmin,
    InitiatingProcessCommandLine: InitiatingProcessCommandLine, InitiatingProcessFolderPath: InitiatingProcessFolderPath,
    ReportId: ReportId
}, Timestamp))
FROM DeviceLogonEvents
GROUP BY DeviceId
