-- What scripts know of an entry: the part of its envelope that they write themselves.
-- Its last field says what has become of one whose time is over: 1 if that has been told, and 2 more if
-- it may not stand in for loads that fail, since its source may have changed or has nothing more.
local NOTHING, OURS, UNREADABLE, OTHERS = 0, 1, 2, 3
local SPOILT = 2

-- Tells a part that was written whole; every single byte that changes, changes it.
local function check(flags, version, generation, asOf, expires, created, soft)
  return (version % MODULUS + 3 * (generation % MODULUS) + 5 * (asOf % MODULUS)
    + 7 * (expires % MODULUS) + 11 * (created % MODULUS) + 13 * (soft % MODULUS)
    + 17 * flags) % MODULUS
end

local function header(flags, version, generation, asOf, expires, created, soft)
  return pack('>BBBBI7I7I7I6I6I6H', 0xCE, 0x4E, 1, flags, version, generation, asOf, expires,
    created, soft, check(flags, version, generation, asOf, expires, created, soft))
end

-- Returns the state, what was read, and the fields if it is OURS.
-- head: of its partition, nil if it is not known.
local function readEntry(head, key, whole)
  local raw
  if whole then
    raw = read('GET', key)
  else
    raw = read('GETRANGE', key, 0, 62)
  end
  if raw == nil then
    return OTHERS
  elseif raw == false or raw == '' then
    return NOTHING
  elseif byte(raw, 1) ~= 0xCE or byte(raw, 2) ~= 0x4E then
    return OTHERS
  elseif #raw < 63 or byte(raw, 3) ~= 1 then
    return UNREADABLE, raw
  end
  local flags, version, generation, asOf, expires, created, soft, sum =
    unpackFrom('>BI7I7I7I6I6I6H', raw, 4)
  if flags > 127 or sum ~= check(flags, version, generation, asOf, expires, created, soft) then
    return UNREADABLE, raw
  end
  if head and head.stamps and head.invalidated(raw, 0, asOf, key) then
    return UNREADABLE, raw
  end
  return OURS, raw, flags, version, generation, asOf, expires, created, soft
end

local function identity(raw)
  return sub(raw, 5, 11) .. sub(raw, 46, 53)
end

local function isLive(head, generation, asOf, expires)
  return generation == head.generation and asOf > head.floor
    and (expires == 0 or millis < expires)
end

local function isExpired(head, generation, asOf, expires)
  return generation == head.generation and asOf > head.floor
    and expires ~= 0 and millis >= expires
end
