SELECT count(*) AS Count
FROM DeviceProcessEvents
WHERE regexp_matches(ProcessCommandLine, 'inventory\\coll', 'i')
