SELECT *
FROM SecurityIncident
WHERE ProviderName = 'Microsoft 365 Defender'
