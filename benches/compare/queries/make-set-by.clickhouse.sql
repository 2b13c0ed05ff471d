SELECT DeviceName, groupUniqArray(AccountName) AS Accounts, groupUniqArray(LogonType) AS Kinds
FROM DeviceLogonEvents
WHERE ActionType = 'LogonSuccess'
GROUP BY DeviceName
