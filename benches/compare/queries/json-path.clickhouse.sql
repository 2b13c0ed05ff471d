SELECT
    ActionType,
    JSONExtractString(AdditionalFields, 'Author') AS Task,
    JSONExtractString(AdditionalFields, 'Command') AS Command,
    count() AS Events
FROM DeviceEvents
GROUP BY ActionType, Task, Command
