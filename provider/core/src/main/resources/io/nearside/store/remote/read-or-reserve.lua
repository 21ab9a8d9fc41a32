-- Reads an entry; if there is none that is live, reserves its key for a load.
-- KEYS: head, entry, lease.
-- ARGV[2]: life of the lease (ms) 6 | token 8 | whether it is asked for a copy 1 | the load's
--   number 4.
-- Reply: time as always, then a reservation, then the envelope that was found: live if the status
--   says FOUND, else expired or none. NOT_FOUND if the source is known to have nothing.
local head = readHead(KEYS[1])
if not head then
  return pack('>BI7', FOREIGN, now) .. unreserved(FOREIGN, 0)
end
local life, token, copies, number = unpackFrom('>I6c8Bc4', ARGV[2])
local state, raw, _, _, generation, asOf, expires = readEntry(KEYS[2], true)
local prior = ''
if state == OTHERS then
  return pack('>BI7', DONE, now) .. unreserved(FOREIGN, head.generation)
elseif state == OURS and isLive(head, generation, asOf, expires) then
  if copies == 1 then
    -- Heads have no time to live: it changes nothing, but is refused where changes are.
    call('PERSIST', KEYS[1])
  end
  return pack('>BI7', DONE, now) .. unreserved(FOUND, head.generation) .. raw
elseif state == OURS and isExpired(head, generation, asOf, expires) then
  prior = raw
end
return pack('>BI7', DONE, now) .. reserve(head, KEYS[2], KEYS[3], token, life, number, false,
  false) .. prior
