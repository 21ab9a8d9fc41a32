-- Tells the server's time.
-- KEYS: any of the server.
-- Reply: status 1 | time 7.
return pack('>BI7', DONE, now)
