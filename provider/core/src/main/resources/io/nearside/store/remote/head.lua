-- The head of a partition. Behind 29 bytes there are stamps of tags, the oldest first, if any: name 8 |
-- version 7. What was made from what is no newer and has that tag does not count. A name is the start of
-- the tag's SHA-1; zeroes are every tag's.
local STAMP = 15

-- Raw is false for nothing. Nil if the key holds another type. A head that is lost, or can't be
-- one, makes all that is older invalid, since nobody knows what was cleared. Who writes one that is
-- new announces it, like a clear: copies may have outlived it.
local function headOf(key, raw)
  if raw and #raw >= 29 and (#raw - 29) % STAMP == 0 then
    local format, generation, clock, floor, fence = unpackFrom('>BI7I7I7I7', raw)
    if format == 1 and clock < TOO_MUCH and generation <= clock and floor <= clock
        and fence <= clock then
      local head =
        { key = key, generation = generation, clock = clock, floor = floor, fence = fence }
      if #raw > 29 then
        head.stamps = sub(raw, 30)
        local known
        -- Whether an envelope, that lacks so many bytes at its start, has a tag that was invalidated
        -- at asOf or since; and whether that is not told, as only the stamp of every tag says so. If it
        -- may be no more than its start, key says where the rest is.
        head.invalidated = function(text, missing, asOf, key)
          if #text < 63 - missing or byte(text, 54 - missing) % 16 < 8
              or asOf > unpackFrom('>I7', raw, #raw - 6) then
            return false
          end
          if not known then
            known = {}
            for at = 30, #raw, STAMP do
              local name, stamp = unpackFrom('>c8I7', raw, at)
              known[name] = stamp
            end
          end
          text = key and #text == 63 and call('GET', key) or text
          local at, every = 64 - missing, known['\0\0\0\0\0\0\0\0']
          if byte(text, 54 - missing) % 8 >= 4 then
            at = at + 4 + unpackFrom('>I4', text, at)
          end
          local count, unsaid = unpackFrom('>H', text, at), false
          at = at + 2
          for _ = 1, count do
            local tag = unpackFrom('>Hc0', text, at)
            at = at + 2 + #tag
            if byte(tag) ~= 0 then -- else it is none
              local stamp = known[sub(redis.sha1hex(tag), 1, 8)]
              if stamp and stamp >= asOf then
                return true, false
              end
              unsaid = unsaid or every and every >= asOf
            end
          end
          return unsaid, unsaid
        end
        -- Of an entry, or its start: as it is if it counts, else changed so that nobody takes it for one.
        head.valid = function(text, key)
          if #text >= 63 and head.invalidated(text, 0, unpackFrom('>I7', text, 19), key) then
            return sub(text, 1, 3) .. '\255' .. sub(text, 5), true
          end
          return text, false
        end
      end
      return head
    end
  elseif not raw and call('EXISTS', key) == 1 then
    return nil
  end
  return { key = key, generation = now, clock = now, floor = now, fence = now, new = true }
end

local function headBytes(head)
  return pack('>BI7I7I7I7', 1, head.generation, head.clock, head.floor, head.fence)
    .. (head.stamps or '')
end
