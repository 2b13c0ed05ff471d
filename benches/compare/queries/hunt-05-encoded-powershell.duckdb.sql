SELECT Timestamp, DeviceName, AccountUpn, replace(decode(from_base64(Encoded)), chr(0), '') AS Decoded
FROM (
    SELECT Timestamp, DeviceName, AccountUpn,
        regexp_extract(ProcessCommandLine, '-e(?:nc|ncodedcommand)?\s+([A-Za-z0-9+/=]{20,})', 1, 'i') AS Encoded
    FROM DeviceProcessEvents
    WHERE lower(FileName) = 'powershell.exe' AND regexp_matches(ProcessCommandLine, '-(enc|encodedcommand|e)\b', 'i')
)
WHERE Encoded <> ''
