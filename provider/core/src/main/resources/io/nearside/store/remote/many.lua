-- What changes of many keys and fills of many keys share. No key is there twice.
-- KEYS: the heads, then for each change entry and lease.
-- ARGV[2] begins with: number of heads 2. ARGV[3...]: for each change its frame, empty
--   if it is that of the one before, and the writer's part of the envelope, as change has them.
local heads = unpackFrom('>H', ARGV[2])
local count = (#KEYS - heads) / 2
local removes, whole = true, true
for i = 4, #ARGV, 2 do
  local length = #ARGV[i]
  if ARGV[i - 1] == '' then
    ARGV[i - 1] = ARGV[i - 3]
  end
  removes = removes and length == 0
  if length == 0 or length > SHORT then
    whole = whole and (events or byte(ARGV[i - 1], 2) >= TELLS_PRIOR)
  end
end

-- What is in KEYS, at the same places.
local found
if whole then
  found = call('MGET', unpack(KEYS))
else
  local names = { unpack(KEYS, 1, heads) }
  for i = heads + 2, #KEYS, 2 do
    names[#names + 1] = KEYS[i]
  end
  local some = call('MGET', unpack(names))
  found = { unpack(some, 1, heads) }
  for i = 1, count do
    local at = heads + 2 * i
    local key = KEYS[at - 1]
    found[at] = some[heads + i]
    if events or byte(ARGV[1 + 2 * i], 2) >= TELLS_PRIOR then
      found[at - 1] = call('MGET', key)[1]
    else
      local raw = try('GETRANGE', key, '0', '62')
      if type(raw) == 'table' then
        raw = string.find(raw.err, 'WRONGTYPE', 1, true) and '' or call('GETRANGE', key, '0', '62')
      else
        raw = raw ~= '' and raw
      end
      found[at - 1] = raw
    end
  end
end

local partitions = {}
for i = 1, heads do
  partitions[i] = headOf(KEYS[i], found[i]) or false
end
-- MGET takes another type for nothing, GETRANGE an empty string.
local missing = {}
for i = heads + 1, #KEYS, 2 do
  if not found[i] then
    missing[#missing + 1] = KEYS[i]
  end
end
if #missing > 0 and call('EXISTS', unpack(missing)) > 0 then
  for i = heads + 1, #KEYS, 2 do
    if not found[i] and call('EXISTS', KEYS[i]) == 1 then
      found[i] = ''
    end
  end
end

local frame, condition, flags, creation, update, maximum
local raised, sets, dead, limited = {}, {}, {}, {}
local told, voided, queued = {}, {}, {}

local function take(i, place, reservedAsOf)
  local head, at, client = partitions[place], heads + 2 * i - 1, ARGV[2 + 2 * i]
  local key, raw, invalid = KEYS[at], found[at], false
  if head.stamps and raw then
    raw, invalid = head.valid(raw, key)
  end
  if ARGV[1 + 2 * i] ~= frame then
    frame = ARGV[1 + 2 * i]
    condition, flags, creation, update, maximum = unpackFrom('>BBI6I6I6', frame)
  end
  local outcome, version, stored, new, expires, live, expired, marked =
    decide(head, raw, client, reservedAsOf, frame, condition, flags, creation, update, maximum)
  if not version then
    return outcome
  elseif queue then
    local waits = queue.admit(place, head.key, key)
    if not waits then
      return queue.full(head)
    elseif waits == 1 then
      outcome = queue.replacing(outcome)
    end
    queued[#queued + 1] = { place, head.key, key, queue.texts[i], client, version }
  end
  raised[place] = true
  if not stored then
    if raw then
      dead[#dead + 1] = key
    end
  elseif expires == 0 then
    local n = #sets
    sets[n + 1], sets[n + 2] = key, new
  else
    local n = #limited
    limited[n + 1], limited[n + 2], limited[n + 3] = key, new, expires
  end
  if found[at + 1] and not reservedAsOf then
    dead[#dead + 1] = KEYS[at + 1]
    voided[#voided + 1] = at + 1
  end
  if inform then
    told[#told + 1] =
      { key, raw, client, reservedAsOf ~= nil, version, stored, new, live, expired,
        marked }
    if invalid then
      told[#told][4] = false -- a copy may have outlived an entry whose tags had to make room
    end
  end
  return outcome
end

local function foreign()
  return pack('>BBI7I7I6I6I4', FOREIGN, 0, 0, 0, 0, 0, 0)
end

-- The first write is that of all heads, so that Redis refuses everything or nothing.
local function write()
  for i = 1, #queued do
    queue.add(unpack(queued[i]))
  end
  for place in pairs(raised) do
    local head = partitions[place]
    local n = #sets
    sets[n + 1] = head.key
    sets[n + 2] = headBytes(head)
  end
  if #sets == 0 then
    return
  end
  if removes then
    -- A removal goes on when Redis is out of memory: the clocks grow by themselves.
    local answer = try('MSET', unpack(sets))
    if answer.err and not string.find(answer.err, 'OOM', 1, true) then
      call('MSET', unpack(sets))
    end
  else
    call('MSET', unpack(sets))
  end
  if #dead > 0 then
    call('DEL', unpack(dead))
  end
  local expires, ends
  for i = 1, #limited, 3 do
    if limited[i + 2] ~= expires then
      expires = limited[i + 2]
      ends = string.format('%.0f', expires + unpackFrom('>I6', ARGV[1], 16))
    end
    call('SET', limited[i], limited[i + 1], 'PXAT', ends)
  end
  for place in pairs(raised) do
    local head = partitions[place]
    if head.new and begin then
      begin(head)
    end
  end
  for i = 1, #voided do
    ready(KEYS[voided[i]], found[voided[i]])
  end
  for i = 1, #told do
    inform(unpack(told[i], 1, 10))
  end
end
