SELECT DeviceName, list(DISTINCT AccountName) AS Accounts, list(DISTINCT LogonType) AS Kinds
FROM DeviceLogonEvents
WHERE ActionType = 'LogonSuccess'
GROUP BY DeviceName
