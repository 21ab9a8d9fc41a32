-- Changes many keys, each as change does but for turns; every head is read and written once.
-- KEYS: the heads, then for each change entry and lease.
-- ARGV[2]: number of heads 2, then for each change the index of its head 2 (from 1).
-- ARGV[3...]: for each change what change has.
-- Reply: time as always, then the outcomes.
local heads = unpackFrom('>H', ARGV[2])
local partitions, versions, counts = {}, {}, {}
for i = 1, heads do
  partitions[i] = readHead(KEYS[i]) or false
  counts[i] = 0
end
local changes = (#KEYS - heads) / 2
local places, removes = {}, true
for i = 1, changes do
  local place = unpackFrom('>H', ARGV[2], 1 + 2 * i)
  places[i] = place
  counts[place] = counts[place] + 1
  removes = removes and ARGV[2 + 2 * i] == ''
end
for i = 1, heads do
  if partitions[i] then
    versions[i] = raise(partitions[i], counts[i]) - 1
    writeHead(partitions[i], removes)
  end
end

local place
local function nextVersion()
  versions[place] = versions[place] + 1
  return versions[place]
end

local outcomes = {}
for i = 1, changes do
  place = places[i]
  local head = partitions[place]
  if head then
    local key = heads + 2 * i - 1
    outcomes[i] = write(head, KEYS[key], KEYS[key + 1], nil, ARGV[1 + 2 * i],
      ARGV[2 + 2 * i], nil, nextVersion)
  else
    outcomes[i] = pack('>BBI7I7I6I6I4', FOREIGN, 0, 0, 0, 0, 0, 0)
  end
end
return pack('>BI7', DONE, now) .. table.concat(outcomes)
