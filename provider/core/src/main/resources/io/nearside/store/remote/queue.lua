-- The writes that a cache's source has not taken yet; they are made with the change itself.
-- A partition has a hash of the newest write of each key, by the tail of its entry's name, and a
-- sorted set of those that are not parked, by the time (ms) since which the source is behind.
-- A write: version 7 | attempts 1 | whether it is parked 1 | not before (ms) 6 | length of the key's
--   text 2, text if the field does not tell it | length of the last failure 2, text | the writer's
--   part of the envelope; empty deletes.
-- The last KEYS: for each head its hash and its set.
-- The last of ARGV: number of heads 2 | most writes of a partition 4 | for how long one may wait
--   before no more are taken (ms) 6 | for each change: length of its key's text 2, text.
local QUEUE_FULL = 8
local FOREVER = 281474976710655
local terms = table.remove(ARGV)
local parts, mostWrites, longest, place = unpackFrom('>HI4I6', terms)
local pending, order, added, texts = {}, {}, {}, {}
for i = parts, 1, -1 do
  order[i] = table.remove(KEYS)
  pending[i] = table.remove(KEYS)
end
while place <= #terms do
  texts[#texts + 1], place = unpackFrom('>Hc0', terms, place)
end

queue = {
  -- False if there is no room; else whether a write waits already, whose place this one takes.
  admit = function(i, headKey, key)
    local field = sub(key, #headKey)
    if call('HEXISTS', pending[i], field) == 1 then
      return 1
    end
    local more = added[i] or 0
    if call('HLEN', pending[i]) + more >= mostWrites then
      return false
    end
    if longest < FOREVER then
      local first = call('ZRANGE', order[i], '0', '0', 'WITHSCORES')
      if first[2] and millis - first[2] > longest then
        return false
      end
    end
    added[i] = more + 1
    return 0
  end,

  -- Before all other writes: Redis refuses it if it is full, a removal too.
  add = function(i, headKey, key, text, client, version)
    local field = sub(key, #headKey)
    call('HSET', pending[i], field,
      pack('>I7BBI6H', version, 0, 0, 0, #text) .. text .. '\0\0' .. client)
    call('ZADD', order[i], 'NX', string.format('%.0f', millis), field)
  end,

  full = function(head)
    return pack('>BBI7I7I6I6I4', QUEUE_FULL, 0, 0, head.generation, 0, 0, 0)
  end,

  -- The outcome of a change whose write took another one's place.
  replacing = function(outcome)
    return sub(outcome, 1, 1) .. string.char(byte(outcome, 2) + 16) .. sub(outcome, 3)
  end,

  texts = texts,
}
