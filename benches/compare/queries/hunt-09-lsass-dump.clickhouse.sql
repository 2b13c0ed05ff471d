WITH Dumps AS (
    SELECT Timestamp AS DumpTime, DeviceId, AccountName AS Account, ProcessCommandLine AS Command
    FROM DeviceProcessEvents
    WHERE hasTokenCaseInsensitive(ProcessCommandLine, 'comsvcs') AND match(ProcessCommandLine, '(?i)\\bMiniDump\\b|#24\\b')
)
SELECT DumpTime, DeviceName, Account, Command, lower(hex(JSONExtractUInt(AdditionalFields, 'DesiredAccess'))) AS Access
FROM DeviceEvents
JOIN Dumps ON Dumps.DeviceId = DeviceEvents.DeviceId
WHERE ActionType = 'OpenProcessApiCall' AND lower(FileName) = 'lsass.exe'
  AND Timestamp BETWEEN DumpTime - INTERVAL 1 MINUTE AND DumpTime + INTERVAL 1 MINUTE
