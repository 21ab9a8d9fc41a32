-- Remembers that the source had nothing for keys: makes blanks of the leases of their loads, each if
-- its reservation stands, nobody else loads the key, it has no entry and there is room.
-- KEYS: the heads, then for each key entry, lease and count of the partition's blanks.
-- ARGV[2]: window of the count (ms) 6 | most of a window 4 | number of heads 2, then for each key the
--   index of its head 2 (from 1) | token 8 | generation 7 | asOf 7 | the load's number 4 | life (ms) 6.
-- What has expired does not stand in for a later load then.
-- Stored in a count: end of its window (ms) 6 | blanks of the window 4. No blank lives longer than a
--   window, so that at any time there are at most those of two; while there are any, there is a count.
-- Reply: time as always, then for each key a status 1 | how long it counts (ms) 6.
local window, most, heads = unpackFrom('>I6I4H', ARGV[2])
local partitions = {}
for i = 1, heads do
  partitions[i] = readHead(KEYS[i]) or false
end

-- Takes a place of the window; false if there is none.
local function takePlace(key)
  local raw = read('GET', key)
  local ends, used = millis + window, 0
  if raw and #raw == 10 then
    local known, count = unpackFrom('>I6I4', raw)
    if known > millis and known <= ends then
      ends, used = known, count
    end
  end
  if raw == nil or used >= most then
    return false
  end
  call('SET', key, pack('>I6I4', ends, used + 1), 'PXAT', string.format('%.0f', ends + window))
  return true
end

local function blank(head, at, token, own, life)
  local lease = KEYS[at + 1]
  local standing = read('GET', lease)
  if not standing or #standing ~= LEASE_LENGTH or sub(standing, 1, 8) ~= token then
    return VOID, 0
  end
  local key = KEYS[at]
  local state, _, flags, version, generation, asOf, expires, created, soft = readEntry(head, key)
  if state == OTHERS or state == OURS and isLive(head, generation, asOf, expires) then
    return NOT_MET, 0
  end
  local left = blankLeft(head, lease, standing)
  if left > 0 then
    return DONE, left
  elseif sub(standing, 9, 16) ~= own or not takePlace(KEYS[at + 2]) then
    return NOT_MET, 0
  end
  call('SET', lease, token .. NO_HOLDER .. sub(standing, 17, 23) .. string.char(BLANK), 'PX',
    string.format('%.0f', life + BLANK_GRACE))
  ready(lease, standing)
  if state == OURS and soft < SPOILT and isExpired(head, generation, asOf, expires) then
    call('SETRANGE', key, '0',
      header(flags, version, generation, asOf, expires, created, soft + SPOILT))
  end
  return DONE, life
end

local answers = {}
for i = 1, (#KEYS - heads) / 3 do
  local place, token, generation, asOf, number, life =
    unpackFrom('>Hc8I7I7c4I6', ARGV[2], 34 * i - 21)
  local head, status, left = partitions[place], VOID, 0
  if head and generation == head.generation and asOf > head.floor and asOf > head.fence then
    status, left = blank(head, heads + 3 * i - 2, token, sub(ARGV[1], 8, 11) .. number, life)
  end
  answers[i] = pack('>BI6', status, left)
end
return pack('>BI7', DONE, now) .. table.concat(answers)
