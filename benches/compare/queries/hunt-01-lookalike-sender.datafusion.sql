SELECT
    SenderFromDomain,
    replace(SenderFromDomain, 'rn', 'm') AS LooksLike,
    SenderIPv4,
    approx_distinct(NetworkMessageId) AS Messages,
    array_distinct(array_agg(RecipientEmailAddress)) AS Recipients,
    min(Timestamp) AS First
FROM EmailEvents
WHERE Timestamp > '2026-11-06 12:00:00' AND EmailDirection = 'Inbound'
  AND replace(SenderFromDomain, 'rn', 'm') IN ('fabrikam.example', 'tailspin.example')
  AND SenderFromDomain NOT IN ('fabrikam.example', 'tailspin.example')
GROUP BY 1, 2, 3
