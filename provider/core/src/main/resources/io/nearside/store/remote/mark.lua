-- Marks keys whose source is about to be changed: what is loaded now is not stored, and the entry
-- that is there lives no longer than the mark, nor do copies of it, so that it goes even if the
-- one who writes is never heard of again. Nor does it stand in for loads that fail then.
-- KEYS: the heads, then for each key entry and lease.
-- ARGV[2]: life of a mark (ms) 6 | 1 if one may write while others do, else 0: 1 | condition 1 |
--   whether the entry is to be told 1 | number of heads 2, then for each key the index of its head 2
--   (from 1) | token 8.
-- Reply: time as always, then for each key a status 1, NOT_MET if the condition does not hold, QUEUED
--   if others write | the version of what is now written 7, 0 if it is not marked | the live entry:
--   length 4, bytes.
local ABSENT, PRESENT = 1, 2
local NOBODY = string.rep('\0', 15)
local life, joins, condition, tells, heads = unpackFrom('>I6BBBH', ARGV[2])
local partitions = {}
for i = 1, heads do
  partitions[i] = readHead(KEYS[i]) or false
end

local function answer(status, prior, version)
  prior = tells == 1 and prior or ''
  return pack('>BI7I4', status, version or 0, #prior) .. prior
end

-- What is there lives no longer than the mark; reads leave its expiry alone.
local function shorten(key, raw, mark, version)
  local ends = 0
  for i = 1, #mark do
    ends = math.max(ends, mark[i].ends)
  end
  local _, own, generation, asOf, was, created, soft = unpackFrom('>BI7I7I7I6I6I6', raw, 4)
  if mark.expires ~= 0 and mark.expires < ends then
    ends = mark.expires
  end
  call('SETRANGE', key, '0', header(mark.flags - mark.flags % 2 + 1, own, generation, asOf, ends,
    created, soft < SPOILT and soft + SPOILT or soft))
  call('PEXPIREAT', key, string.format('%.0f', ends + GRACE))
  if announce and mark.flags < MARKED and (was == 0 or ends < was) then
    announce(pack('>BBI7', 1, 1, version) .. string.rep('\0', 8) .. key)
  end
end

local answers = {}
for i = 1, (#KEYS - heads) / 2 do
  local place, token = unpackFrom('>Hc8', ARGV[2], 10 * i + 2)
  local head, key, lease = partitions[place], KEYS[heads + 2 * i - 1], KEYS[heads + 2 * i]
  local state, raw, flags, written, generation, asOf, expires, created, soft =
    readEntry(head, key, tells == 1)
  local held = read('GET', lease)
  if not head or state == OTHERS or held == nil then
    answers[i] = answer(FOREIGN)
  else
    local mark = readMark(held)
    local prior = state == OURS and restored(raw, mark) or false
    if prior and prior ~= raw then
      flags, expires = byte(prior, 4), mark.expires
    end
    local live = prior and isLive(head, generation, asOf, expires)
    if condition == PRESENT and not live or condition == ABSENT and live then
      call('PERSIST', head.key)
      answers[i] = answer(NOT_MET, live and prior)
    elseif mark and joins == 0 then
      call('PERSIST', head.key)
      answers[i] = answer(QUEUED)
    else
      local kept = not live and prior and (soft < SPOILT or prior ~= raw)
        and isExpired(head, generation, asOf, expires)
      local same = (live or kept) and identity(raw) or NOBODY
      if mark then
        mark.several = true
        if #mark >= MOST_MARKS then
          table.remove(mark, 1)
        end
      else
        mark = { several = false }
      end
      mark.flags, mark.expires, mark.identity = 0, 0, same
      if live or kept then
        mark.flags, mark.expires = flags, expires
      end
      mark[#mark + 1] = { token = token, ends = millis + life }
      local version = raise(head)
      writeHead(head)
      head.new = false
      writeMark(lease, mark)
      if announce and held and #held == 24 and byte(held, 24) == BLANK then
        -- Once the mark has gone, what is loaded is stored in silence.
        announce(pack('>BBI7', 1, 1, version) .. string.rep('\0', 8) .. key)
      end
      if live then
        shorten(key, raw, mark, version)
      elseif kept and soft < SPOILT then
        call('SETRANGE', key, '0',
          header(flags, written, generation, asOf, expires, created, soft + SPOILT))
      end
      answers[i] = answer(DONE, live and prior, version)
    end
  end
end
return pack('>BI7', DONE, now) .. table.concat(answers)
