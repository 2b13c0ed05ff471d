WITH Dumps AS (
    SELECT epoch_ns(Timestamp) AS DumpTime, DeviceId, AccountName AS Account, ProcessCommandLine AS Command
    FROM DeviceProcessEvents
    WHERE regexp_matches(ProcessCommandLine, 'comsvcs', 'i') AND regexp_matches(ProcessCommandLine, '\bcomsvcs\b', 'i') AND regexp_matches(ProcessCommandLine, '\bMiniDump\b|#24\b', 'i')
)
SELECT make_timestamp_ns(DumpTime) AS DumpTime, DeviceName, Account, Command,
    lower(to_hex(json_extract(AdditionalFields, '$.DesiredAccess')::BIGINT)) AS Access
FROM DeviceEvents
JOIN Dumps USING (DeviceId)
WHERE ActionType = 'OpenProcessApiCall' AND lower(FileName) = 'lsass.exe'
  AND epoch_ns(Timestamp) BETWEEN DumpTime - 60000000000 AND DumpTime + 60000000000
