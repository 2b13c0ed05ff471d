WITH Open AS (
    SELECT IncidentNumber, Title, Status, AlertIds
    FROM SecurityIncident
    WHERE Severity = 'High'
    ORDER BY LastModifiedTime DESC
    LIMIT 1 BY IncidentNumber
)
SELECT IncidentNumber, Title, a.AlertName AS AlertName, a.Tactics AS Tactics, a.CompromisedEntity AS CompromisedEntity
FROM (SELECT IncidentNumber, Title, arrayJoin(JSONExtract(assumeNotNull(AlertIds), 'Array(String)')) AS AlertId FROM Open WHERE Status <> 'Closed') AS i
JOIN SecurityAlert AS a ON a.VendorOriginalId = i.AlertId
ORDER BY IncidentNumber, AlertName
