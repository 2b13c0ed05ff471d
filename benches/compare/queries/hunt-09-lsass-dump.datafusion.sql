-- Without JSON functions: a regular expression that is right for these events.
WITH Dumps AS (
    SELECT Timestamp AS DumpTime, DeviceId, AccountName AS Account, ProcessCommandLine AS Command
    FROM DeviceProcessEvents
    WHERE ProcessCommandLine ~* '\bcomsvcs\b' AND ProcessCommandLine ~* '\bMiniDump\b|#24\b'
)
SELECT DumpTime, DeviceName, Account, Command,
    to_hex(CAST((regexp_match(AdditionalFields, '"DesiredAccess":(\d+)'))[1] AS BIGINT)) AS Access
FROM DeviceEvents
JOIN Dumps ON Dumps.DeviceId = DeviceEvents.DeviceId
WHERE ActionType = 'OpenProcessApiCall' AND lower(FileName) = 'lsass.exe'
  AND Timestamp BETWEEN DumpTime - INTERVAL '1 minute' AND DumpTime + INTERVAL '1 minute'
