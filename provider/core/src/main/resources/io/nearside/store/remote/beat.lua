-- Says on a master's channel that it lives: every node calls this, one call in a while says it.
-- KEYS: the beat, and a name that never exists; both of a slot that this master owns.
-- ARGV[1]: least time between two beats (ms) 6 | the incarnation, should a new one begin 8.
-- ARGV[2]: what the channel begins with. ARGV[3]: hash of the slots that the caller knows, or empty.
-- Stored: format 1 | incarnation 8 | number 7 | slots on their way to others: each its number and a
--   comma. Its time to live tells when the last beat was, since a server that is full refuses to
--   store but not to prolong.
-- Reply: time (µs) 7 | incarnation 8 | number to wait for 7 | run id: length 1, text |
--   this node of the cluster: length 1, text | hash of the slots 40 | the slots, if the caller does
--   not know them: configuration epoch and ranges, as CLUSTER NODES words them. Outside of a
--   cluster there are none.
local LIFE = 2592000000
local call, try, pack, unpackFrom = redis.call, redis.pcall, struct.pack, struct.unpack

-- Changes nothing, but is refused by who must not accept changes.
call('DEL', KEYS[2])

local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local pause, incarnation = unpackFrom('>I6c8', ARGV[1])
local channel, me, slots, leaving = ARGV[2], '', '', ','
if string.byte(channel, -1) == 58 then
  me = call('CLUSTER', 'MYID')
  channel = channel .. me
  local epoch, ranges =
    string.match(call('CLUSTER', 'NODES'), ' myself%S* %S+ %S+ %S+ (%S+) %S+([^\n]*)')
  slots = epoch .. ranges
  for slot in string.gmatch(ranges, '%[(%d+)%->%-') do
    leaving = leaving .. slot .. ','
  end
end

-- Whether a slot that was on its way has stayed after all. Others may have accepted changes of it,
-- and nothing else tells: the configuration epoch stays as it is.
local function stayed(was)
  for slot in string.gmatch(was, '%d+') do
    if not string.find(leaving, ',' .. slot .. ',', 1, true) then
      slot = tonumber(slot)
      for first, last in string.gmatch(slots, ' (%d+)%-?(%d*)') do
        if slot >= tonumber(first) and slot <= tonumber(last == '' and first or last) then
          return true
        end
      end
    end
  end
end

local hash = redis.sha1hex(slots)
local run = string.match(call('INFO', 'server'), 'run_id:(%x+)')

local raw = call('GET', KEYS[1])
local number, due = 0, true
if raw and #raw > 16 and string.byte(raw) == 1 then
  local was = string.sub(raw, 17)
  if not stayed(was) then
    incarnation, number = unpackFrom('>c8I7', raw, 2)
    local age = LIFE - call('PTTL', KEYS[1])
    due = age >= pause or age < 0 or was ~= leaving
  end
end
local awaited = number + 1
if due then
  number = math.max(awaited, now)
  awaited = number
  local stored = try('SET', KEYS[1], pack('>Bc8I7', 1, incarnation, number) .. leaving, 'PX',
    string.format('%.0f', LIFE))
  if stored.err then
    if not string.find(stored.err, 'OOM', 1, true) then
      return redis.error_reply(stored.err)
    end
    -- No other beat of this incarnation has the number, unless the clock has stepped back.
    call('PEXPIRE', KEYS[1], string.format('%.0f', LIFE))
  end
  call('PUBLISH', channel, pack('>BBc8I7', 1, 3, incarnation, number) .. run)
end
return pack('>I7c8I7B', now, incarnation, awaited, #run) .. run .. pack('>B', #me) .. me .. hash
  .. (ARGV[3] == hash and '' or slots)
