-- Gives an entry a new life, since its source says that the value is still right. Fenced as a fill
-- is. The entry gets another version, by which its age is told, but nobody is told of that: copies of
-- it are as right as before. Only that a life has become shorter is announced, as always.
-- KEYS: head, entry, lease.
-- ARGV[2]: identity 15 | token 8 | generation 7 | asOf 7 | 1 if it has a life of its own, else 0: 1 |
--   life (ms) 6 | at most, from its creation on (ms) 6.
-- ARGV[3]: the writer's part of the envelope; empty: it stays.
-- Reply: time as always, then an outcome as a change has it; VOID if the reservation does not stand,
--   NOT_MET if the entry is another one, or over.
local ETERNAL, KEEP, TICK = 281474976710655, 281474976710654, 100000
local expected, token, reservedIn, reservedAt, own, life, longest =
  unpackFrom('>c15c8I7I7BI6I6', ARGV[2])
local client = ARGV[3]
local head = readHead(KEYS[1])
local state, raw, flags, written, generation, asOf, before, created, soft = readEntry(head, KEYS[2])
if not head or state == OTHERS then
  return pack('>BI7', FOREIGN, now)
end
local lease = read('GET', KEYS[3])
local standing = reservedIn == head.generation and reservedAt > head.floor
  and reservedAt > head.fence and lease and #lease == 24 and sub(lease, 1, 8) == token
  and not (head.stamps and head.invalidated(client, 45, reservedAt))
if not standing or state ~= OURS or identity(raw) ~= expected
    or not isLive(head, generation, asOf, before) then
  return pack('>BI7BBI7I7I6I6I4', DONE, now, standing and NOT_MET or VOID, 0, 0, head.generation, 0,
    0, 0)
end

local expires = before
if life ~= KEEP then
  expires = life == ETERNAL and 0 or millis + life
  if longest ~= ETERNAL and (expires == 0 or expires > created + longest) then
    expires = created + longest
  end
end
local marked = flags >= MARKED
local heat = (flags - flags % 2) / 2
if heat > 0 then -- nobody has written it
  local ticks = ((now - now % TICK) - (written - written % TICK)) / TICK
  heat = ticks >= 0 and ticks < heat and heat - ticks or 0
end
flags = own + 2 * heat
local version = raise(head)
writeHead(head)
if client ~= '' then
  asOf = reservedAt -- it may have got tags that were invalidated when it had them not
end
local new = header(flags, version, generation, asOf, expires, created, soft)
if client == '' then
  call('SETRANGE', KEYS[2], '0', new)
  if expires == 0 then
    call('PERSIST', KEYS[2])
  else
    call('PEXPIREAT', KEYS[2], expires + unpackFrom('>I6', ARGV[1], 16))
  end
elseif expires == 0 then
  call('SET', KEYS[2], new .. client)
else
  call('SET', KEYS[2], new .. client, 'PXAT', expires + unpackFrom('>I6', ARGV[1], 16))
end
if announce and not marked and expires ~= 0 and (before == 0 or expires < before) then
  announce(pack('>BBI7', 1, 1, version) .. (client == '' and sub(raw, 46, 53) or sub(client, 1, 8))
    .. KEYS[2])
end
return pack('>BI7BBI7I7I6I6I4', DONE, now, DONE, 3 + (flags >= MARKED and 8 or 0), version,
  head.generation, expires, created, 0)
