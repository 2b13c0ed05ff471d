SELECT
    ActionType,
    coalesce(json_extract_string(nullif(AdditionalFields, ''), '$.Author'), '') AS Task,
    coalesce(json_extract_string(nullif(AdditionalFields, ''), '$.Command'), '') AS Command,
    count(*) AS Events
FROM DeviceEvents
GROUP BY ALL
