SELECT DeviceName, approx_distinct(SHA1) AS Files
FROM DeviceFileEvents
GROUP BY DeviceName
