-- Leases of loads. Stored: token 8 | holder 8 | the partition's clock when the token was made 7 |
--   1 if somebody waits for the holder, 2 if it is a blank, else 0: 1. A holder is the node that
--   loads, 4, and a number of its own for the load, 4; nobody is all zeroes.
-- A blank is what a load leaves that found nothing: until it ends, the source need not be asked.
--   Whatever voids a lease ends it. It stays a while longer, so that no copy of it outlives it.
local LEASE_LENGTH, UNASKED, BLANK_GRACE = 24, 0, 1000
local NO_TOKEN = string.rep('\0', 8)
local NO_HOLDER = NO_TOKEN

-- Reservations: status 1 | token 8 | asOf 7 | generation 7 | who held the lease before 8, where NOT_FOUND
--   has how long the blank counts (ms) | when tags were invalidated last, 0 if never 7. Whoever gets one is told behind it whether the key has
--   what may stand in for a load that fails 1.
-- The newest is the last.
local function lastStamp(head)
  return head.stamps and unpackFrom('>I7', head.stamps, #head.stamps - 6) or 0
end

local function reservation(status, head, token, asOf, holder)
  return pack('>Bc8I7I7c8I7', status, token, asOf, head.generation, holder, lastStamp(head))
end

local function unreserved(status, generation)
  return pack('>Bc8I7I7c8I7', status, NO_TOKEN, 0, generation, NO_HOLDER, 0)
end

-- How long a blank counts still (ms); 0 if it does not, or this is none.
local function blankLeft(head, lease, standing)
  if byte(standing, 24) ~= BLANK then
    return 0
  end
  local born = unpackFrom('>I7', standing, 17)
  if born <= head.generation or born <= head.floor or born <= head.fence then
    return 0
  end
  return math.max(0, call('PTTL', lease) - BLANK_GRACE)
end

-- Who loads the same key at the same time shares the token, so that none takes it from another; but
-- one at a time holds it, and who is told HELD need not load.
-- number: the load's, by which this node holds. live: whether there is a live entry, so that who
-- asks need not load. insists: who asks loads whatever others do. yields: who asks waits for none.
local function reserve(head, key, lease, token, life, number, live, insists, yields)
  local standing = read('GET', lease)
  if standing == nil or standing and #standing ~= LEASE_LENGTH then
    return unreserved(FOREIGN, head.generation)
  end
  local blank = standing and byte(standing, 24) == BLANK
  if blank and not (live or insists or yields) then
    local left = blankLeft(head, lease, standing)
    if left > 0 then
      call('PERSIST', head.key) -- as read-or-reserve does
      return pack('>Bc8I7I7BI7I7', NOT_FOUND, NO_TOKEN, 0, head.generation, 0, left, 0)
    end
  end
  local asOf = raise(head)
  writeHead(head)
  if blank then
    -- What is loaded now may be stored in silence: copies of the blank end here.
    if announce then
      announce(pack('>BBI7', 1, 1, asOf) .. string.rep('\0', 8) .. key)
    end
    standing = sub(standing, 1, 23) .. string.char(UNASKED)
  end
  local own = sub(ARGV[1], 8, 11) .. number
  local since, holder, flag = asOf, NO_HOLDER, UNASKED
  if standing then
    local known, by, born, asked = unpackFrom('>c8c8I7B', standing)
    -- What was reserved before a clear or a fence can't be stored: nobody waits for it.
    if born > head.generation and born > head.floor and born > head.fence then
      token, holder, since, flag = known, by, born, asked
    end
  end
  local others = holder ~= NO_HOLDER and sub(holder, 1, 4) ~= sub(own, 1, 4)
  if others and not insists then
    if not live and not yields and flag == UNASKED then
      call('SETRANGE', lease, '23', '\1')
    end
    return reservation(live and FOUND or HELD, head, token, asOf, holder)
  end
  local new = pack('>c8c8I7B', token, live and holder or own, since, flag)
  if new == standing and not blank then
    call('PEXPIRE', lease, life)
  else
    call('SET', lease, new, 'PX', life)
  end
  return reservation(live and FOUND or DONE, head, token, asOf, holder)
end
