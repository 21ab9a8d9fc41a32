-- Takes away the reservations of partitions, and with them their blanks.
-- KEYS: heads, and if there may be blanks as many counts of them.
-- ARGV[2]: number of heads 2.
-- Reply: status 1 | time 7 | a status 1 for each head.
local statuses = {}
local heads = unpackFrom('>H', ARGV[2])
for i = 1, heads do
  local head, count = readHead(KEYS[i]), KEYS[heads + i]
  if head then
    head.fence = raise(head)
    writeHead(head)
    if announce and count and call('EXISTS', count) == 1 then
      -- In the place of a key's the head's name: somebody may have copies of blanks.
      announce(pack('>BBI7', 1, 1, head.fence) .. string.rep('\0', 8) .. head.key)
    end
  end
  statuses[i] = string.char(head and DONE or FOREIGN)
end
return pack('>BI7', DONE, now) .. table.concat(statuses)
