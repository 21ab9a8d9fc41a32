-- Tells which entries are still those that somebody has copies of, and when they expire now. Not those
-- that are marked: what becomes of them nobody is told. Makes the heads that are missing, so that all
-- who have copies of what they made worthless hear of it.
-- KEYS: the heads, then the entries.
-- ARGV[2]: number of heads 2, then for each entry the index of its head 2 (from 1) | identity 15.
-- Reply: time as always, then for each entry a status 1, DONE if it is live and the same |
--   expiresAt (ms) 6, 0 for never.
local heads = unpackFrom('>H', ARGV[2])
local partitions = {}
-- Heads have no time to live, so this changes nothing, but is refused where changes are.
call('PERSIST', KEYS[1])
for i = 1, heads do
  partitions[i] = readHead(KEYS[i]) or false
  if partitions[i] and partitions[i].new then
    pcall(writeHead, partitions[i]) -- a server that is full refuses it
  end
end

local confirmed = {}
for i = 1, #KEYS - heads do
  local place, expected = unpackFrom('>Hc15', ARGV[2], 17 * i - 14)
  local head = partitions[place]
  local state, raw, flags, _, generation, asOf, expires = readEntry(head, KEYS[heads + i])
  if head and state == OURS and identity(raw) == expected and flags < MARKED
      and isLive(head, generation, asOf, expires) then
    confirmed[i] = pack('>BI6', DONE, expires)
  else
    confirmed[i] = pack('>BI6', NOT_MET, 0)
  end
end
return pack('>BI7', DONE, now) .. table.concat(confirmed)
