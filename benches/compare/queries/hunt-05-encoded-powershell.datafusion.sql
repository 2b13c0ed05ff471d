SELECT Timestamp, DeviceName, AccountUpn, replace(arrow_cast(decode(Encoded, 'base64'), 'Utf8'), chr(0), '') AS Decoded
FROM (
    SELECT Timestamp, DeviceName, AccountUpn,
        (regexp_match(ProcessCommandLine, '-e(?:nc|ncodedcommand)?\s+([A-Za-z0-9+/=]{20,})', 'i'))[1] AS Encoded
    FROM DeviceProcessEvents
    WHERE lower(FileName) = 'powershell.exe' AND ProcessCommandLine ~* '-(enc|encodedcommand|e)\b'
)
WHERE Encoded <> ''
