SELECT count() AS Count
FROM DeviceProcessEvents
WHERE positionCaseInsensitive(ProcessCommandLine, 'inventory\\coll') > 0
