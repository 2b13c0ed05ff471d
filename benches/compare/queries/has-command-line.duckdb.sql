SELECT count(*) AS Count
FROM DeviceProcessEvents
WHERE ProcessCommandLine ILIKE '%bypass%' AND regexp_matches(ProcessCommandLine, '\bbypass\b', 'i')
