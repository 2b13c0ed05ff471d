SELECT
    a.Timestamp AS Timestamp, a.SenderFromAddress AS SenderFromAddress, a.RecipientEmailAddress AS RecipientEmailAddress,
    e.Subject AS Subject, a.FileName AS FileName, a.SHA256 AS SHA256, u.Url AS Url, e.DeliveryAction AS DeliveryAction
FROM EmailAttachmentInfo AS a
JOIN EmailEvents AS e ON e.NetworkMessageId = a.NetworkMessageId
LEFT JOIN EmailUrlInfo AS u ON u.NetworkMessageId = a.NetworkMessageId
WHERE a.Timestamp > '2026-11-06 12:00:00' AND regexp_matches(a.FileName, '\.(docm|xlsm|pptm)$', 'i')
ORDER BY a.Timestamp
