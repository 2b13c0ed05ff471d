SELECT Timestamp, DeviceName, AccountUpn, replaceAll(base64Decode(Encoded), '\0', '') AS Decoded
FROM (
    SELECT Timestamp, DeviceName, AccountUpn,
        extract(ProcessCommandLine, '(?i)-e(?:nc|ncodedcommand)?\\s+([A-Za-z0-9+/=]{20,})') AS Encoded
    FROM DeviceProcessEvents
    WHERE lower(FileName) = 'powershell.exe' AND match(ProcessCommandLine, '(?i)-(enc|encodedcommand|e)\\b')
)
WHERE Encoded <> ''
