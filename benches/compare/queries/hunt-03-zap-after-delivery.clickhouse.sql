SELECT p.ActionType AS ActionType, e.SenderFromAddress AS Sender, count() AS Messages,
    max(toUnixTimestamp64Nano(p.Timestamp) - toUnixTimestamp64Nano(e.Timestamp)) AS Longest,
    toInt64(avg(toUnixTimestamp64Nano(p.Timestamp) - toUnixTimestamp64Nano(e.Timestamp))) AS Average
FROM EmailPostDeliveryEvents AS p
JOIN EmailEvents AS e ON e.NetworkMessageId = p.NetworkMessageId
WHERE hasTokenCaseInsensitive(p.ActionType, 'ZAP')
GROUP BY ActionType, Sender
ORDER BY Longest DESC
