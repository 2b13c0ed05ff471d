-- Exact: approx_count_distinct is off by more than a tenth here, dcount() by 1.6 % at most.
SELECT DeviceName, count(DISTINCT SHA1) AS Files
FROM DeviceFileEvents
GROUP BY DeviceName
