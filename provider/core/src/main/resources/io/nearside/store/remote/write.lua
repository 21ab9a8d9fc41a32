-- What changes of one key and fills of one key have in common.
local ANY, ABSENT, PRESENT, SAME = 0, 1, 2, 3
local OWN_LIFE, TELLS_PRIOR = 1, 2
local ETERNAL, KEEP = 281474976710655, 281474976710654
local GRACE = 5000
local NO_NONCE = string.rep('\0', 8)

-- Of a change: status 1 | bits 1 | version 7 | generation 7 | expiresAt 6 | createdAt 6 | prior:
-- length 4, bytes. Bits: 1 existed, 2 stored, 4 expired.
local function outcome(status, bits, version, head, expires, created, prior)
  return pack('>BBI7I7I6I6I4', status, bits, version, head.generation, expires, created, #prior)
    .. prior
end

local function refused(status, head)
  return outcome(status, 0, 0, head, 0, 0, '')
end

-- Whether somebody else is first; who has not come back within his time has lost his place.
local function isQueued(turns, token)
  local first = call('LINDEX', turns, 0)
  while first and unpackFrom('>I6', first, 9) <= millis do
    call('LPOP', turns)
    first = call('LINDEX', turns, 0)
  end
  return first and sub(first, 1, 8) ~= token
end

local function expiry(live, creation, update, maximum, priorExpires, created)
  local life = live and update or creation
  if life == KEEP then
    return priorExpires
  end
  local expires = life == ETERNAL and 0 or millis + life
  if maximum ~= ETERNAL and (expires == 0 or expires > created + maximum) then
    return created + maximum
  end
  return expires
end

local function tellWrite(key, live, expired, stored, new, prior)
  if expired then
    tell(EXPIRED, key, '', prior)
  end
  if new == '' then
    if live then
      tell(REMOVED, key, '', prior)
    end
  elseif live then
    tell(UPDATED, key, new, prior)
    if not stored then
      tell(EXPIRED, key, '', new)
    end
  elseif stored then
    tell(CREATED, key, new, '')
  end
end

-- reservedAsOf: of a fill; nil for a change, which voids the lease and is always announced.
local function write(head, key, lease, turns, frame, client, reservedAsOf, nextVersion)
  local condition, flags, creation, update, maximum, named, turn =
    unpackFrom('>BBI6I6I6c15c8', frame)
  if condition == SAME and turns and isQueued(turns, turn) then
    return refused(QUEUED, head)
  end
  local tellsPrior = flags >= TELLS_PRIOR
  local state, raw, _, _, generation, asOf, priorExpires, created =
    readEntry(key, tellsPrior or events ~= '')
  if state == OTHERS then
    return refused(FOREIGN, head)
  end
  local live, expired = false, false
  if state == OURS then
    local same = identity(raw) == named
    if condition == SAME then
      live = isLive(head, generation, asOf, priorExpires)
      if not (same and live) then
        expired = not live and isExpired(head, generation, asOf, priorExpires)
        return outcome(NOT_MET, (live and 1 or 0) + (expired and 4 or 0), 0, head, 0, 0,
          tellsPrior and (live or expired) and raw or '')
      end
    elseif not same then
      live = isLive(head, generation, asOf, priorExpires)
      expired = not live and isExpired(head, generation, asOf, priorExpires)
    end
  end
  local told = (live or expired) and raw or ''
  local prior = tellsPrior and told or ''
  if condition == ABSENT and live or condition >= PRESENT and not live
      or reservedAsOf and live and asOf >= reservedAsOf then
    return outcome(NOT_MET, (live and 1 or 0) + (expired and 4 or 0), 0, head, 0, 0, prior)
  end

  local version = nextVersion(head, client == '')
  local stored, expires, new = false, 0, ''
  if client == '' then
    created = 0
  else
    created = live and created or millis
    expires = expiry(live, creation, update, maximum, priorExpires, created)
    stored = expires == 0 or expires > millis
    new = header(flags % TELLS_PRIOR, version, head.generation, reservedAsOf or version, expires,
      created, 0) .. client
  end
  if not reservedAsOf or live then
    announce(pack('>BBI7', 1, 1, version) .. (stored and sub(client, 1, 8) or NO_NONCE) .. key)
  end
  if events ~= '' then
    tellWrite(key, live, expired, stored, new, told)
  end
  if stored then
    -- An empty string looks like nothing to GETRANGE, and is not ours.
    local answer
    if state == NOTHING then
      answer = expires == 0 and call('SET', key, new, 'NX')
        or expires ~= 0 and call('SET', key, new, 'NX', 'PXAT', expires + GRACE)
    elseif expires == 0 then
      answer = call('SET', key, new)
    else
      answer = call('SET', key, new, 'PXAT', expires + GRACE)
    end
    if not answer then
      return refused(FOREIGN, head)
    end
  elseif state ~= NOTHING then
    call('DEL', key)
  end
  if not reservedAsOf then
    call('DEL', lease)
  end
  return outcome(DONE, (live and 1 or 0) + (stored and 2 or 0) + (expired and 4 or 0), version,
    head, expires, created, prior)
end
