WITH Open AS (
    SELECT IncidentNumber, unnest(arg_max({Title: Title, Status: Status, AlertIds: AlertIds}, LastModifiedTime))
    FROM SecurityIncident
    WHERE Severity = 'High'
    GROUP BY IncidentNumber
)
SELECT IncidentNumber, Title, a.AlertName AS AlertName, a.Tactics AS Tactics, a.CompromisedEntity AS CompromisedEntity
FROM (SELECT IncidentNumber, Title, unnest(from_json(AlertIds, '["VARCHAR"]')) AS AlertId FROM Open WHERE Status <> 'Closed') AS i
JOIN SecurityAlert AS a ON a.VendorOriginalId = i.AlertId
ORDER BY IncidentNumber, AlertName
