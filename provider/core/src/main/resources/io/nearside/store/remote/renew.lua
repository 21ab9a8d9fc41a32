-- Moves the expiry of an entry that a read has returned. That a life has become shorter is announced
-- as if the entry had gone: copies of it, which a marked one has not, would live too long.
-- KEYS: head, entry.
-- ARGV[2]: identity 15 | expiresAt (ms) 6 | 1 if it may only become later, else 0.
-- Reply: status 1 | time 7.
local head = readHead(KEYS[1])
local state, raw, flags, version, generation, asOf, expires, created, soft = readEntry(head, KEYS[2])
if not head or state == OTHERS then
  return pack('>BI7', FOREIGN, now)
end
local expected, moved, laterOnly = unpackFrom('>c15I6B', ARGV[2])
if state ~= OURS or flags % 2 ~= 0 or identity(raw) ~= expected
    or not isLive(head, generation, asOf, expires) then
  return pack('>BI7', NOT_MET, now)
end
local sooner = moved ~= 0 and (expires == 0 or moved < expires)
if moved ~= expires and not (sooner and laterOnly == 1) then
  call('SETRANGE', KEYS[2], 0, header(flags, version, generation, asOf, moved, created, soft))
  if moved == 0 then
    call('PERSIST', KEYS[2])
  else
    call('PEXPIREAT', KEYS[2], moved + unpackFrom('>I6', ARGV[1], 16))
  end
  if announce and sooner and flags < MARKED then
    announce(pack('>BBI7', 1, 1, version) .. string.rep('\0', 8) .. KEYS[2])
  end
end
return pack('>BI7', DONE, now)
