-- Tells those who wait for a load of a key that there is none any more, or that it has ended: who
-- waits has left word in the lease. Some messages get lost, so who waits looks now and then.
-- raw: of the lease; false for none.
local function ready(lease, raw)
  if raw and #raw == 24 and byte(raw, 24) == 1 then
    try('PUBLISH', 'nearside:' .. string.match(lease, '^{(.-)#') .. ':loads', lease)
  end
end
