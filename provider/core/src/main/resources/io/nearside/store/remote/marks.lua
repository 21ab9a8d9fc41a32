-- Marks of keys whose source is being changed. A mark is where the lease of loads else is, so that
-- nobody may load meanwhile; whatever changes the entry takes it away.
-- Stored: WM | 1 if several write at the same time, else 0: 1 | flags 1 | expiresAt (ms) 6 |
--   identity 15, all three of the entry that is there, before its life was shortened | for each who
--   writes: token 8 | when it ends (ms) 6.
local MARK_START, MARK_EACH, MOST_MARKS = 25, 14, 64

-- Nil if this is not a mark.
local function readMark(raw)
  if not raw or #raw < MARK_START + MARK_EACH or sub(raw, 1, 2) ~= 'WM'
      or (#raw - MARK_START) % MARK_EACH ~= 0 then
    return nil
  end
  local several, flags, expires, same = unpackFrom('>BBI6c15', raw, 3)
  local mark = { several = several == 1, flags = flags, expires = expires, identity = same }
  for at = MARK_START + 1, #raw, MARK_EACH do
    local token, ends = unpackFrom('>c8I6', raw, at)
    mark[#mark + 1] = { token = token, ends = ends }
  end
  return mark
end

local function writeMark(key, mark)
  local last = 0
  local raw = { pack('>c2BBI6c15', 'WM', mark.several and 1 or 0, mark.flags, mark.expires,
    mark.identity) }
  for i = 1, #mark do
    last = math.max(last, mark[i].ends)
    raw[i + 1] = pack('>c8I6', mark[i].token, mark[i].ends)
  end
  call('SET', key, table.concat(raw), 'PXAT', string.format('%.0f', last))
end

-- Takes one who writes out; whether there was one of that token.
local function leave(mark, token)
  for i = 1, #mark do
    if mark[i].token == token then
      table.remove(mark, i)
      return true
    end
  end
  return false
end

-- Of an entry, or its start, as it was before it was marked; anything else as it is. Its heat stays
-- what it is now: if it was cooled meanwhile there may be copies, and its change is to be told.
local function restored(raw, mark)
  if not mark or not raw or #raw < 63 or identity(raw) ~= mark.identity then
    return raw
  end
  local flags, version, generation, asOf, _, created, soft = unpackFrom('>BI7I7I7I6I6I6', raw, 4)
  if soft % 2 == 1 and (mark.expires == 0 or millis < mark.expires) then
    return raw -- it has been told that it has expired
  end
  flags = flags - flags % 2 + mark.flags % 2
  return header(flags, version, generation, asOf, mark.expires, created,
    soft < SPOILT and soft or soft - SPOILT) .. sub(raw, 46)
end
