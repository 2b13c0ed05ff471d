SELECT ActionType, Sender, count(*) AS Messages, to_microseconds(max(Exposed) // 1000) AS Longest, to_microseconds((avg(Exposed) / 1000)::BIGINT) AS Average
FROM (
    SELECT p.ActionType, e.SenderFromAddress AS Sender, epoch_ns(p.Timestamp) - epoch_ns(e.Timestamp) AS Exposed
    FROM EmailPostDeliveryEvents AS p
    JOIN EmailEvents AS e ON e.NetworkMessageId = p.NetworkMessageId
    WHERE regexp_matches(p.ActionType, '\bZAP\b', 'i')
)
GROUP BY ActionType, Sender
ORDER BY Longest DESC
