SELECT DeviceName, countIf(Connections = 0) AS Quiet, max(Connections) AS Most
FROM (
    SELECT DeviceName, arrayJoin(groupArrayInsertAt(0, 336)(Connections, Slot)) AS Connections
    FROM (
        SELECT DeviceName, toUInt32(intDiv(toUnixTimestamp(Timestamp) - toUnixTimestamp('2026-11-06 12:00:00'), 3600)) AS Slot, count() AS Connections
        FROM DeviceNetworkEvents
        WHERE ActionType = 'ConnectionSuccess' AND Timestamp >= '2026-11-06 12:00:00' AND Timestamp < '2026-11-20 12:00:00'
        GROUP BY DeviceName, Slot
    )
    GROUP BY DeviceName
)
GROUP BY DeviceName
