SELECT count(*) AS Count
FROM DeviceProcessEvents
WHERE ProcessCommandLine ~* '\bbypass\b'
