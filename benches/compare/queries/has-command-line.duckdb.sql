SELECT count(*) AS Count
FROM DeviceProcessEvents
WHERE regexp_matches(ProcessCommandLine, 'bypass', 'i') AND regexp_matches(ProcessCommandLine, '\bbypass\b', 'i')
