-- Without JSON functions: the array's text is cut at its commas.
WITH Open AS (
    SELECT IncidentNumber, Title, Status, AlertIds
    FROM (
        SELECT *, row_number() OVER (PARTITION BY IncidentNumber ORDER BY LastModifiedTime DESC) AS Place
        FROM SecurityIncident
        WHERE Severity = 'High'
    )
    WHERE Place = 1
)
SELECT IncidentNumber, Title, a.AlertName AS AlertName, a.Tactics AS Tactics, a.CompromisedEntity AS CompromisedEntity
FROM (SELECT IncidentNumber, Title, unnest(string_to_array(trim(BOTH '[]"' FROM AlertIds), '","')) AS AlertId FROM Open WHERE Status <> 'Closed') AS i
JOIN SecurityAlert AS a ON a.VendorOriginalId = i.AlertId
ORDER BY IncidentNumber, AlertName
