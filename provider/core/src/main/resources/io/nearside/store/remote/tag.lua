-- Ends the entries of partitions that have one of some tags. When there are too many stamps, the oldest
-- becomes that of every tag. Nobody is told of that: entries that go so are as good as evicted, and
-- whoever stores another one in their place announces it.
-- KEYS: heads. ARGV[2]: the tags: number 2, then for each length 2, text.
-- Reply: status 1 | time 7 | a status 1 for each head.
local MOST = 128
local EVERY = string.rep('\0', 8)
local names, said = {}, {}
local at = 3
for i = 1, unpackFrom('>H', ARGV[2]) do
  local tag = unpackFrom('>Hc0', ARGV[2], at)
  at = at + 2 + #tag
  local name = sub(redis.sha1hex(tag), 1, 8)
  if not said[name] then
    names[#names + 1], said[name] = name, true
  end
end

local function stamp(head)
  local version, every, kept = raise(head), 0, head.stamps or ''
  if sub(kept, 1, 8) == EVERY then
    every, kept = unpackFrom('>I7', kept, 9), sub(kept, STAMP + 1)
  end
  local new = pack('>I7', version)
  local added = {}
  for i = 1, #names do
    if string.find(kept, names[i], 1, true) then -- rarely across two of them
      for place = 1, #kept, STAMP do
        if sub(kept, place, place + 7) == names[i] then
          kept = sub(kept, 1, place - 1) .. sub(kept, place + STAMP)
          break
        end
      end
    end
    added[i] = names[i] .. new
  end
  kept = kept .. table.concat(added)
  local over = #kept - MOST * STAMP
  if over > 0 then
    every, kept = unpackFrom('>I7', kept, over - 6), sub(kept, over + 1)
  end
  head.stamps = (every > 0 and EVERY .. pack('>I7', every) or '') .. kept
end

local statuses = {}
for i = 1, #KEYS do
  local head = readHead(KEYS[i])
  if head then
    stamp(head)
    writeHead(head)
  end
  statuses[i] = string.char(head and DONE or FOREIGN)
end
if announce then
  announce(pack('>BB', 1, 4) .. ARGV[2] .. sub(KEYS[1], 1, -3))
end
return pack('>BI7', DONE, now) .. table.concat(statuses)
