SELECT DeviceName, uniq(SHA1) AS Files
FROM DeviceFileEvents
GROUP BY DeviceName
