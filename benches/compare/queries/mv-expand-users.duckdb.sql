-- Exact: approx_count_distinct is off by more than a tenth here, dcount() by 1.6 % at most.
SELECT User ->> 'UserName' AS User, count(DISTINCT DeviceId) AS Devices, max(Timestamp) AS Last
FROM (SELECT DeviceId, Timestamp, unnest(CAST(LoggedOnUsers AS JSON[])) AS User FROM DeviceInfo WHERE LoggedOnUsers <> '')
GROUP BY 1
