-- What changes of one key and fills of one key have in common.
local ANY, ABSENT, PRESENT, SAME = 0, 1, 2, 3
local TELLS_PRIOR = 2
local ETERNAL, KEEP = 281474976710655, 281474976710654
-- A key's heat: 1 more for each write, 1 less for each tick (µs) that has passed, at most so much.
-- A heat of more than 10 makes the flags of an entry that is MARKED.
local TICK, HOTTEST = 100000, 60
-- Up to this many bytes a value is read whole rather than by a call of its own; what was stored
-- before is likely about as long as what is to be stored now.
local SHORT = 4096

-- What a cache with a queue for its source brings along; nil for others.
local queue

-- Decides a change, raises the head and makes what is to be written, but writes nothing: the first
-- write is that of all heads, so that Redis refuses everything or nothing.
-- raw: the entry, or its first 63 bytes; false for nothing, '' for what others wrote.
-- client: the writer's part of the envelope; empty removes.
-- reservedAsOf: of a fill; nil for a change.
-- frame: condition 1 | flags 1 | lives of creation, update and at most (ms) 6 each; and if
--   something is named, identity 15 | turn 8. What follows it here is its unpacked start.
-- Returns the outcome: status 1 | bits 1 | version 7 | generation 7 | expiresAt 6 | createdAt 6 |
--   prior: length 4, bytes. Bits: 1 existed, 2 stored, 4 expired, 8 marked.
-- Then, if it is to be done: the version, the new envelope or nil, its expiry, and for those who
-- tell of it whether one was live, whether one had expired and whether it was marked.
local function decide(head, raw, client, reservedAsOf, frame, condition, flags, creation, update,
    maximum)
  local live, expired, same = false, false, false
  local asOf, created, priorExpires, written
  local heat, marked = 0, false
  if raw then
    if byte(raw, 1) ~= 0xCE or byte(raw, 2) ~= 0x4E then
      return pack('>BBI7I7I6I6I4', FOREIGN, 0, 0, head.generation, 0, 0, 0)
    end
    if #raw >= 63 and byte(raw, 3) == 1 then
      local own, version, generation, soft, sum
      own, version, generation, asOf, priorExpires, created, soft, sum =
        unpackFrom('>BI7I7I7I6I6I6H', raw, 4)
      if generation == head.generation and asOf > head.floor and own < 128
          and sum == (version % MODULUS + 3 * (generation % MODULUS) + 5 * (asOf % MODULUS)
            + 7 * (priorExpires % MODULUS) + 11 * (created % MODULUS) + 13 * (soft % MODULUS)
            + 17 * own) % MODULUS then
        written, heat, marked = version, (own - own % TELLS_PRIOR) / 2, own >= MARKED
        same = #frame > 20 and sub(frame, 21, 35) == sub(raw, 5, 11) .. sub(raw, 46, 53)
        -- What is named without being asked for is what its reader could not decode.
        if condition == SAME or not same then
          live = priorExpires == 0 or millis < priorExpires
          expired = not live and soft % 2 == 0 -- else it has been told already
        end
      end
    end
  end
  local bits = (live and 1 or 0) + (expired and 4 or 0)
  local prior = flags >= TELLS_PRIOR and bits > 0 and raw or ''
  if condition == SAME and not (same and live) or condition == PRESENT and not live
      or live and (condition == ABSENT or reservedAsOf and asOf >= reservedAsOf) then
    -- Heads have no time to live, so this changes nothing; but what is told here must not be told by
    -- who would refuse a change.
    call('PERSIST', head.key)
    return pack('>BBI7I7I6I6I4', NOT_MET, bits, 0, head.generation, 0, 0, #prior) .. prior
  end

  -- Versions grow even when the server's clock has stepped back.
  local version = head.clock + 1
  if now > version then
    version = now
  end
  head.clock = version
  local expires, new = 0, nil
  if client == '' then
    created = 0
  else
    created = live and created or millis
    local life = live and update or creation
    if life == KEEP then
      expires = priorExpires
    else
      expires = life == ETERNAL and 0 or millis + life
      if maximum ~= ETERNAL and (expires == 0 or expires > created + maximum) then
        expires = created + maximum
      end
    end
    if expires == 0 or expires > millis then
      bits = bits + 2
    end
    if bits % 4 >= 2 or events then
      if heat > 0 then
        local ticks = ((now - now % TICK) - (written - written % TICK)) / TICK
        heat = ticks >= 0 and ticks < heat and heat - ticks or 0
      end
      heat = heat < HOTTEST and heat + 1 or HOTTEST
      local own, generation = flags % TELLS_PRIOR + 2 * heat, head.generation
      if own >= MARKED then
        bits = bits + 8
      end
      asOf = reservedAsOf or version
      new = pack('>HBBI7I7I7I6I6I6H', 0xCE4E, 1, own, version, generation, asOf, expires,
        created, 0, (version % MODULUS + 3 * (generation % MODULUS) + 5 * (asOf % MODULUS)
          + 7 * (expires % MODULUS) + 11 * (created % MODULUS) + 17 * own) % MODULUS) .. client
    end
  end
  local outcome = pack('>BBI7I7I6I6I4', DONE, bits, version, head.generation, expires, created,
    #prior)
  if prior ~= '' then
    outcome = outcome .. prior
  end
  return outcome, version, bits % 4 >= 2, new, expires, live, expired, marked
end

-- Says what is to be said of a change that was made; nil where nobody is to hear. A fill over
-- nothing is no news to those who hold copies, nor is what becomes of a marked entry: nobody has a
-- copy of it. When it has expired, somebody may have one of a blank.
local inform = (channel or events) and function(key, raw, client, isFill, version, stored, new, live,
    expired, marked)
  if channel and not (marked and live) and (live or not isFill) then
    announce(pack('>BBI7', 1, 1, version) .. (stored and sub(client, 1, 8) or string.rep('\0', 8))
      .. key)
  end
  if not events then
    return
  end
  if expired then
    tell(4, key, '', raw)
  end
  if client == '' then
    if live then
      tell(3, key, '', raw)
    end
  elseif live then
    tell(2, key, new, raw)
    if not stored then
      tell(4, key, '', new)
    end
  elseif stored then
    tell(1, key, new, '')
  end
end
