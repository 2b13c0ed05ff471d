SELECT DeviceName, array_distinct(array_agg(AccountName)) AS Accounts, array_distinct(array_agg(LogonType)) AS Kinds
FROM DeviceLogonEvents
WHERE ActionType = 'LogonSuccess'
GROUP BY DeviceName
