SELECT Title, Category, AttackTechniques AS Techniques, Timestamp, Devices, Accounts
FROM (
    SELECT
        i.AlertId AS AlertId, i.Title AS Title, i.Category AS Category, i.AttackTechniques AS AttackTechniques, i.Timestamp AS Timestamp,
        array_distinct(array_agg(e.DeviceName) FILTER (WHERE e.EntityType = 'Machine')) AS Devices,
        array_distinct(array_agg(e.AccountUpn) FILTER (WHERE e.EntityType = 'User')) AS Accounts
    FROM AlertInfo AS i
    JOIN AlertEvidence AS e ON e.AlertId = i.AlertId
    WHERE i.Severity = 'High'
    GROUP BY i.AlertId, i.Title, i.Category, i.AttackTechniques, i.Timestamp
)
ORDER BY Timestamp DESC
LIMIT 10
