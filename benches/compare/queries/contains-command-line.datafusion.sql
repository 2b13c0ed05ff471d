SELECT count(*) AS Count
FROM DeviceProcessEvents
WHERE contains(lower(ProcessCommandLine), 'inventory\coll')
