-- Says what became of writes that were taken, and ends the turn.
-- KEYS: as take-writes.
-- ARGV[2]: token 8. ARGV[3...]: for each partition its writes, each: length of the field 2, field |
--   version 7 | what became of it 1: 0 written, 1 failed, 2 failed too often | for how long it is not
--   to be tried again (ms) 4 | length of the failure 2, text.
-- Reply: time as always, then for each partition DONE, or VOID if the turn is over: 1; then nothing
--   was changed, and another node writes them again.
local WRITTEN, PARKED = 0, 2
local answers = {}

local function settle(pending, order, field, version, became, pause, failure)
  local write = call('HGET', pending, field)
  if not write then
    return
  end
  local newest, attempts, _, _, text, rest = unpackFrom('>I7BBI6Hc0', write)
  if newest ~= version then
    if became == WRITTEN then
      -- The source is behind only since the newer one.
      call('ZADD', order, 'XX', string.format('%.0f', (newest - newest % 1000) / 1000), field)
    end
  elseif became == WRITTEN then
    call('HDEL', pending, field)
    call('ZREM', order, field)
  else
    local length, client = unpackFrom('>H', write, rest)
    -- A server that is full refuses it: then it is tried again sooner.
    local answer = try('HSET', pending, field,
      pack('>I7BBI6H', version, math.min(attempts + 1, 255), became == PARKED and 1 or 0,
        millis + pause, #text) .. text .. pack('>H', #failure) .. failure
        .. sub(write, client + length))
    if became == PARKED and type(answer) ~= 'table' then
      call('ZREM', order, field)
    end
  end
end

for i = 1, #KEYS, 3 do
  local pending, order, turn = KEYS[i], KEYS[i + 1], KEYS[i + 2]
  local holder = call('GET', turn)
  if holder and sub(holder, 1, 8) == sub(ARGV[2], 1, 8) then
    local some, at = ARGV[2 + (i + 2) / 3], 1
    while at <= #some do
      local field, version, became, pause, failure
      field, version, became, pause, failure, at = unpackFrom('>Hc0I7BI4Hc0', some, at)
      settle(pending, order, field, version, became, pause, failure)
    end
    call('DEL', turn)
    answers[#answers + 1] = string.char(DONE)
  else
    answers[#answers + 1] = string.char(VOID)
  end
end
return pack('>BI7', DONE, now) .. table.concat(answers)
