-- Takes the mark off an entry that has not been written for a while: from now on it may be copied, and
-- the next change of it is announced.
-- KEYS: head, entry.
-- ARGV[2]: identity 15.
-- Reply: status 1 | time 7.
local head = readHead(KEYS[1])
local state, raw, flags, version, generation, asOf, expires, created, soft = readEntry(head, KEYS[2])
if not head or state == OTHERS then
  return pack('>BI7', FOREIGN, now)
end
if state ~= OURS or flags < MARKED or identity(raw) ~= ARGV[2]
    or not isLive(head, generation, asOf, expires) then
  return pack('>BI7', NOT_MET, now)
end
call('SETRANGE', KEYS[2], '0',
  header(flags % 2, version, generation, asOf, expires, created, soft))
return pack('>BI7', DONE, now)
