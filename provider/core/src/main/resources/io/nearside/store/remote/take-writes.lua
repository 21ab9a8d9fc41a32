-- Takes writes that are due, and the sole right to have them written, for a while; or prolongs that
-- of the one who has it.
-- KEYS: for each partition its writes, their order, and whose turn it is.
-- ARGV[2]: token 8 | for how long (ms) 6 | how long a write waits for others (ms) 6 | the most of a
--   partition 2; 0 takes none | the most bytes of a partition 4.
-- Whose turn it is: token 8 | until when (ms) 6. It has no time to live, so nothing evicts it.
-- Reply: time as always, then for each partition: QUEUED if it is another one's turn, else DONE: 1 |
--   how many wait 4 | how many there are 4 | since when the oldest waits (ms) 6 | how many are taken 2,
--   each: length 4 | length of the field 2, field | the write, as queue says.
local LOOKED_AT, LONGEST_PAUSE = 1000, 60000
local token, life, flush, most, bytes = unpackFrom('>c8I6I6HI4', ARGV[2])
local answers = {}

-- A batch is full with what the partitions asked for have together.
local counts, total = {}, 0
for i = 2, #KEYS, 3 do
  counts[i] = call('ZCARD', KEYS[i])
  total = total + counts[i]
end

local function waits(notBefore)
  return notBefore > millis and notBefore <= millis + LONGEST_PAUSE
end

for i = 1, #KEYS, 3 do
  local pending, order, turn = KEYS[i], KEYS[i + 1], KEYS[i + 2]
  local waiting, all = counts[i + 1], call('HLEN', pending)
  local first = waiting > 0 and call('ZRANGE', order, '0', '0', 'WITHSCORES')
  local holder = call('GET', turn)
  local own = holder and sub(holder, 1, 8) == token
  local ends = holder and unpackFrom('>I6', holder, 9) or 0
  local status, taken, size = DONE, {}, 0
  -- Nobody has a turn that ends later than his life: then the server's clock has stepped back.
  if most == 0 and not own or holder and not own and ends > millis and ends <= millis + life then
    status = QUEUED
  elseif waiting > 0 and most > 0 then
    local due = string.format('%.0f', total >= most and millis or millis - flush)
    if call('ZCOUNT', order, string.format('(%.0f', millis), '+inf') > 0 then
      due = '+inf' -- likewise
    end
    local fields = call('ZRANGEBYSCORE', order, '-inf', due, 'LIMIT', '0', LOOKED_AT)
    for n = 1, #fields do
      local write = call('HGET', pending, fields[n])
      if not write then
        call('ZREM', order, fields[n])
      elseif not waits(unpackFrom('>I6', write, 10)) then
        taken[#taken + 1] = pack('>I4H', #write + #fields[n] + 2, #fields[n]) .. fields[n] .. write
        size = size + #write
        if #taken >= most or size >= bytes then
          break
        end
      end
    end
  end
  if status == DONE and (#taken > 0 or own) then
    call('SET', turn, token .. pack('>I6', millis + life))
  end
  answers[#answers + 1] =
    pack('>BI4I4I6H', status, waiting, all, first and tonumber(first[2]) or 0, #taken)
    .. table.concat(taken)
end
return pack('>BI7', DONE, now) .. table.concat(answers)
