SELECT count(*) AS Count
FROM DeviceProcessEvents
WHERE ProcessCommandLine ILIKE '%inventory\\coll%'
