SELECT LogonType, ActionType, count(*) AS Logons
FROM DeviceLogonEvents
WHERE DeviceId IN (SELECT DeviceId FROM AlertEvidence WHERE EntityType = 'Machine' AND Severity = 'High')
GROUP BY LogonType, ActionType
