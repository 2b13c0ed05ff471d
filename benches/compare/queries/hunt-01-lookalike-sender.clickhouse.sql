SELECT
    SenderFromDomain,
    replaceAll(SenderFromDomain, 'rn', 'm') AS LooksLike,
    SenderIPv4,
    uniq(NetworkMessageId) AS Messages,
    groupUniqArray(RecipientEmailAddress) AS Recipients,
    min(Timestamp) AS First
FROM EmailEvents
WHERE Timestamp > '2026-11-06 12:00:00' AND EmailDirection = 'Inbound'
  AND LooksLike IN ('fabrikam.example', 'tailspin.example')
  AND SenderFromDomain NOT IN ('fabrikam.example', 'tailspin.example')
GROUP BY SenderFromDomain, LooksLike, SenderIPv4
