-- Reserves a key for a load that is to replace an entry, if that is still what is there. Leaves no
-- word for a node that loads the key already, since nobody waits.
-- KEYS: head, entry, lease.
-- ARGV[2]: life of the lease (ms) 6 | token 8 | the load's number 4 | identity of the entry 15.
-- Reply: time as always, then a reservation: NOT_MET if the entry is not there any more.
local head = readHead(KEYS[1])
if not head then
  return pack('>BI7', FOREIGN, now) .. unreserved(FOREIGN, 0) .. '\0'
end
local life, token, number, expected = unpackFrom('>I6c8c4c15', ARGV[2])
local state, raw, _, _, generation, asOf, expires = readEntry(head, KEYS[2])
if state ~= OURS or identity(raw) ~= expected or not isLive(head, generation, asOf, expires) then
  return pack('>BI7', DONE, now) .. unreserved(NOT_MET, head.generation) .. '\0'
end
return pack('>BI7', DONE, now)
  .. reserve(head, KEYS[2], KEYS[3], token, life, number, false, false, true) .. '\0'
