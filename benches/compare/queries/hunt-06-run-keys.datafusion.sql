SELECT Timestamp, DeviceName, InitiatingProcessFileName, RegistryValueName, RegistryValueData
FROM DeviceRegistryEvents
WHERE ActionType = 'RegistryValueSet'
  AND (RegistryKey ILIKE '%\\CurrentVersion\\Run' OR RegistryKey ILIKE '%\\CurrentVersion\\RunOnce')
  AND RegistryValueData ~* '\bC:\\Users\\Public\b|\\AppData\\|\\Temp\\'
