SELECT DeviceName, array_agg(DISTINCT AccountName) AS Accounts, array_agg(DISTINCT LogonType) AS Kinds
FROM DeviceLogonEvents
WHERE ActionType = 'LogonSuccess'
GROUP BY DeviceName
