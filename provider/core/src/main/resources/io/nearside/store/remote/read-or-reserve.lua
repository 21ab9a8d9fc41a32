-- Reads an entry; if there is none that is live, reserves its key for a load.
-- KEYS: head, entry, lease.
-- ARGV[2]: life of the lease (ms) 6 | token 8 | whether it is asked for a copy 1.
-- Reply: time as always, then a reservation, then the envelope that was found: live if the status
--   says FOUND, else expired or none.
local head = readHead(KEYS[1])
if not head then
  return pack('>BI7', FOREIGN, now) .. pack('>Bc8I7I7', FOREIGN, NO_TOKEN, 0, 0)
end
local life, token, copies = unpackFrom('>I6c8B', ARGV[2])
local state, raw, _, _, generation, asOf, expires = readEntry(KEYS[2], true)
local prior = ''
if state == OTHERS then
  return pack('>BI7', DONE, now) .. reservation(FOREIGN, head, NO_TOKEN, 0)
elseif state == OURS and isLive(head, generation, asOf, expires) then
  if copies == 1 then
    -- Heads have no time to live: it changes nothing, but is refused where changes are.
    call('PERSIST', KEYS[1])
  end
  return pack('>BI7', DONE, now) .. reservation(FOUND, head, NO_TOKEN, 0) .. raw
elseif state == OURS and isExpired(head, generation, asOf, expires) then
  prior = raw
end
return pack('>BI7', DONE, now) .. reserve(head, KEYS[3], token, life) .. prior
