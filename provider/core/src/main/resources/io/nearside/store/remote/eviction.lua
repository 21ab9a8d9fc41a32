-- Tells what the server does when it is full. KEYS: any, so that the right server is asked.
-- Reply: time as always, then the name of the policy; nothing if it may not be told.
local info = try('INFO', 'memory')
local policy = type(info) ~= 'table' and string.match(info, '\nmaxmemory_policy:([%w-]+)') or ''
return pack('>BI7', DONE, now) .. policy
