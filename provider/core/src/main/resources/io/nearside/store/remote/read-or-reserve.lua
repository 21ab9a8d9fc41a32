-- Reads an entry; if there is none that is live, reserves its key for a load.
-- KEYS: head, entry, lease.
-- ARGV[2]: life of the lease (ms) 6 | token 8 | 1 if it is asked for a copy, and 2 more if what has
--   expired is to be told: 1 | the load's number 4.
-- Reply: time as always, then a reservation, then the envelope that was found: live if the status
--   says FOUND, else one that has expired and is still to be told, or none. NOT_FOUND if the source is
--   known to have nothing.
local head = readHead(KEYS[1])
if not head then
  return pack('>BI7', FOREIGN, now) .. unreserved(FOREIGN, 0) .. '\0'
end
local life, token, copies, number = unpackFrom('>I6c8Bc4', ARGV[2])
local state, raw, _, _, generation, asOf, expires, _, soft = readEntry(head, KEYS[2], true)
local prior, kept = '', false
if state == OTHERS then
  return pack('>BI7', DONE, now) .. unreserved(FOREIGN, head.generation) .. '\0'
elseif state == OURS and isLive(head, generation, asOf, expires) then
  if copies % 2 == 1 then
    -- Heads have no time to live: it changes nothing, but is refused where changes are.
    call('PERSIST', KEYS[1])
  end
  return pack('>BI7', DONE, now) .. unreserved(FOUND, head.generation) .. '\0' .. raw
elseif state == OURS and isExpired(head, generation, asOf, expires) then
  kept = soft < SPOILT and asOf > head.fence
  prior = copies >= 2 and soft % 2 == 0 and raw or ''
end
return pack('>BI7', DONE, now) .. reserve(head, KEYS[2], KEYS[3], token, life, number, false,
  false) .. (kept and '\1' or '\0') .. prior
