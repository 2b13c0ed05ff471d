-- Without JSON functions: a regular expression that is right for these events, whose values hold no escapes.
SELECT
    ActionType,
    coalesce((regexp_match(AdditionalFields, '"Author":"([^"]*)"'))[1], '') AS Task,
    coalesce((regexp_match(AdditionalFields, '"Command":"([^"]*)"'))[1], '') AS Command,
    count(*) AS Events
FROM DeviceEvents
GROUP BY ActionType, Task, Command
