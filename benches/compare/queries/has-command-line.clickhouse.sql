SELECT count() AS Count
FROM DeviceProcessEvents
WHERE hasTokenCaseInsensitive(ProcessCommandLine, 'bypass')
