SELECT p.ActionType AS ActionType, e.SenderFromAddress AS Sender, count(*) AS Messages,
    max(p.Timestamp - e.Timestamp) AS Longest, avg(p.Timestamp - e.Timestamp) AS Average
FROM EmailPostDeliveryEvents AS p
JOIN EmailEvents AS e ON e.NetworkMessageId = p.NetworkMessageId
WHERE p.ActionType ~* '\bZAP\b'
GROUP BY p.ActionType, e.SenderFromAddress
ORDER BY Longest DESC
