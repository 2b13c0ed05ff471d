-- Without JSON functions: the array's text is cut between its objects, the name is read by a regular expression.
SELECT (regexp_match(User, '"UserName":"([^"]*)"'))[1] AS User, approx_distinct(DeviceId) AS Devices, max(Timestamp) AS Last
FROM (SELECT DeviceId, Timestamp, unnest(string_to_array(LoggedOnUsers, '},{')) AS User FROM DeviceInfo WHERE LoggedOnUsers <> '')
GROUP BY 1
