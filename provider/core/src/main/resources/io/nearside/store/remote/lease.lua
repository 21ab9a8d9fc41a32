-- Leases of loads. Stored: token 8 | holder 8 | the partition's clock when the token was made 7 |
--   1 if somebody waits for the holder, else 0: 1. A holder is the node that loads, 4, and a number
--   of its own for the load, 4; nobody is all zeroes.
local LEASE_LENGTH, UNASKED = 24, 0
local NO_TOKEN = string.rep('\0', 8)
local NO_HOLDER = NO_TOKEN

-- Reservations: status 1 | token 8 | asOf 7 | generation 7 | who held the lease before 8.
local function reservation(status, head, token, asOf, holder)
  return pack('>Bc8I7I7c8', status, token, asOf, head.generation, holder)
end

local function unreserved(status, generation)
  return pack('>Bc8I7I7c8', status, NO_TOKEN, 0, generation, NO_HOLDER)
end

-- Who loads the same key at the same time shares the token, so that none takes it from another; but
-- one at a time holds it, and who is told HELD need not load.
-- number: the load's, by which this node holds. live: whether there is a live entry, so that who
-- asks need not load. insists: who asks loads whatever others do.
local function reserve(head, lease, token, life, number, live, insists)
  local standing = read('GET', lease)
  if standing == nil or standing and #standing ~= LEASE_LENGTH then
    return unreserved(FOREIGN, head.generation)
  end
  local asOf = raise(head)
  writeHead(head)
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
    if not live and flag == UNASKED then
      call('SETRANGE', lease, '23', '\1')
    end
    return reservation(live and FOUND or HELD, head, token, asOf, holder)
  end
  local new = pack('>c8c8I7B', token, live and holder or own, since, flag)
  if new == standing then
    call('PEXPIRE', lease, life)
  else
    call('SET', lease, new, 'PX', life)
  end
  return reservation(live and FOUND or DONE, head, token, asOf, holder)
end
