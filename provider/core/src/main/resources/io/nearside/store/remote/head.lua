-- Before every script: the deadline, Redis's time, and the head of a partition.
-- ARGV[1]: deadline (µs) 7 | origin 8 | channel for announcements: length 2, text | for events.
-- Every reply begins with: status 1 | time (µs) 7.
local call, try, pack, unpackFrom = redis.call, redis.pcall, struct.pack, struct.unpack
local sub, byte = string.sub, string.byte

local DONE, LATE, FOREIGN, NOT_MET, QUEUED, VOID, FOUND = 0, 1, 2, 3, 4, 5, 6
local TOO_MUCH = 9007199254740992

local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local millis = (now - now % 1000) / 1000

local deadline, origin, channel, afterChannel = unpackFrom('>I7c8Hc0', ARGV[1])
if now > deadline then
  return pack('>BI7', LATE, now)
end
local events = sub(ARGV[1], afterChannel)

-- Nil if the key holds another type; other errors end the script, as Redis words them.
local function read(command, key, first, last)
  local answer
  if first then
    answer = try(command, key, first, last)
  else
    answer = try(command, key)
  end
  if type(answer) ~= 'table' then
    return answer
  elseif string.find(answer.err, 'WRONGTYPE', 1, true) then
    return nil
  end
  return call(command, key, first, last)
end

-- Nil if the key holds another type. A head that is lost, or can't be one, makes all that is older
-- invalid, since nobody knows what was cleared.
local function readHead(key)
  local raw = read('GET', key)
  if raw == nil then
    return nil
  end
  if raw and #raw == 29 then
    local format, generation, clock, floor, fence = unpackFrom('>BI7I7I7I7', raw)
    if format == 1 and clock < TOO_MUCH and generation <= clock and floor <= clock
        and fence <= clock then
      return { key = key, generation = generation, clock = clock, floor = floor, fence = fence }
    end
  end
  return { key = key, generation = now, clock = now, floor = now, fence = now }
end

-- Versions grow even when the server's clock has stepped back. Returns the first of so many.
local function raise(head, count)
  local first = head.clock + 1
  if now > first then
    first = now
  end
  head.clock = first + count - 1
  return first
end

-- The first write of a script, so that Redis refuses all of it or nothing; but a removal goes on
-- without when Redis is out of memory: the clock grows by itself.
local function writeHead(head, removes)
  local raw = pack('>BI7I7I7I7', 1, head.generation, head.clock, head.floor, head.fence)
  if removes then
    local answer = try('SET', head.key, raw)
    if not answer.err or string.find(answer.err, 'OOM', 1, true) then
      return
    end
  end
  call('SET', head.key, raw)
end

local function raiseOne(head, removes)
  local version = raise(head, 1)
  writeHead(head, removes)
  return version
end

-- The master's own channel is found here: what a caller knows is wrong once a slot has moved.
local function announce(message)
  if channel ~= '' then
    if byte(channel, -1) == 58 then
      channel = channel .. call('CLUSTER', 'MYID')
    end
    call('PUBLISH', channel, message)
  end
end
