-- Changes one key.
-- KEYS: head, entry, lease, and with SAME turns.
-- ARGV[2]: the frame, as decide says. ARGV[3]: the writer's part of the envelope; empty removes.
-- Reply: time as always, then an outcome; with SAME it tells the prior if that is another one.
local WITHOUT_PRIOR = 32 -- bytes of an outcome
local headKey, key, frame, client = KEYS[1], KEYS[2], ARGV[2], ARGV[3]
local found, raw
if client ~= '' and #client <= SHORT or byte(frame, 2) >= TELLS_PRIOR or events then
  found = call('MGET', headKey, KEYS[3], key)
  raw = found[3]
else
  found = call('MGET', headKey, KEYS[3])
  raw = try('GETRANGE', key, '0', '62')
  if type(raw) == 'table' then
    raw = string.find(raw.err, 'WRONGTYPE', 1, true) and '' or call('GETRANGE', key, '0', '62')
  else
    raw = raw ~= '' and raw
  end
end
local head = headOf(headKey, found[1])
-- MGET takes another type for nothing, GETRANGE an empty string.
if not head or not raw and call('EXISTS', key) == 1 then
  return pack('>BI7', FOREIGN, now)
end

if head.stamps and raw then
  raw = head.valid(raw, key)
end
if KEYS[4] and raw ~= '' then
  -- Who has not come back within his time has lost his place.
  local first = call('LINDEX', KEYS[4], '0')
  while first and unpackFrom('>I6', first, 9) <= millis do
    call('LPOP', KEYS[4])
    first = call('LINDEX', KEYS[4], '0')
  end
  if first and sub(first, 1, 8) ~= sub(frame, 36, 43) then
    return pack('>BI7BBI7I7I6I6I4', DONE, now, QUEUED, 0, 0, head.generation, 0, 0, 0)
  end
end

local outcome, version, stored, new, expires, live, expired, marked =
  decide(head, raw, client, nil, frame, unpackFrom('>BBI6I6I6', frame))
if version and queue then
  local place = queue.admit(1, headKey, key)
  if not place then
    return pack('>BI7', DONE, now) .. queue.full(head)
  elseif place == 1 then
    outcome = queue.replacing(outcome)
  end
  queue.add(1, headKey, key, queue.texts[1], client, version)
end
if version then
  local raised = headBytes(head)
  if stored and expires == 0 then
    call('MSET', headKey, raised, key, new)
  else
    if client == '' then
      -- A removal goes on when Redis is out of memory: the clock grows by itself.
      local answer = try('SET', headKey, raised)
      if answer.err and not string.find(answer.err, 'OOM', 1, true) then
        call('SET', headKey, raised)
      end
    else
      call('SET', headKey, raised)
    end
    if stored then
      call('SET', key, new, 'PXAT', expires + unpackFrom('>I6', ARGV[1], 16))
    elseif raw then
      call('DEL', key)
    end
  end
  if found[2] then
    call('DEL', KEYS[3])
    ready(KEYS[3], found[2])
  end
  if head.new and begin then
    begin(head)
  end
  if inform then
    inform(key, raw, client, false, version, stored, new, live, expired, marked)
  end
end
if byte(frame, 1) == SAME and byte(outcome, 1) == NOT_MET and byte(outcome, 2) % 2 == 1
    and #outcome == WITHOUT_PRIOR then
  -- Who expected another entry tries again with the one that is there, and need not ask for it.
  raw = #raw > 63 and raw or call('GET', key)
  outcome = sub(outcome, 1, -5) .. pack('>I4', #raw) .. raw
end
return pack('>BI7', DONE, now) .. outcome
