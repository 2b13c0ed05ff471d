WITH Sighting AS (
    SELECT min(Timestamp) AS Time, first_value(DeviceId ORDER BY Timestamp) AS Device
    FROM DeviceFileEvents
    WHERE SHA1 = '5b1d8c0e2f7a49368d0c4b6a91e3f57280d6c9ab'
)
SELECT e.Timestamp AS Timestamp, "Table", ActionType, What
FROM (
    SELECT Timestamp, 'DeviceProcessEvents' AS "Table", DeviceId, ActionType, coalesce(nullif(ProcessCommandLine, ''), FileName) AS What FROM DeviceProcessEvents
    UNION ALL
    SELECT Timestamp, 'DeviceNetworkEvents', DeviceId, ActionType, RemoteUrl FROM DeviceNetworkEvents
    UNION ALL
    SELECT Timestamp, 'DeviceFileEvents', DeviceId, ActionType, FileName FROM DeviceFileEvents
    UNION ALL
    SELECT Timestamp, 'DeviceRegistryEvents', DeviceId, ActionType, RegistryValueData FROM DeviceRegistryEvents
    UNION ALL
    SELECT Timestamp, 'DeviceEvents', DeviceId, ActionType,
        coalesce(nullif(ProcessCommandLine, ''), nullif(RemoteUrl, ''), nullif(RegistryValueData, ''), FileName) FROM DeviceEvents
) AS e
WHERE DeviceId = (SELECT Device FROM Sighting)
  AND e.Timestamp BETWEEN (SELECT Time - INTERVAL '5 minutes' FROM Sighting) AND (SELECT Time + INTERVAL '5 minutes' FROM Sighting)
ORDER BY Timestamp
