-- Gives partitions a new generation.
-- KEYS: heads.
-- Reply: status 1 | time 7 | a status 1 for each head.
local statuses = {}
for i = 1, #KEYS do
  local head = readHead(KEYS[i])
  if head then
    head.generation, head.new = raise(head), true
    writeHead(head)
  end
  statuses[i] = string.char(head and DONE or FOREIGN)
end
return pack('>BI7', DONE, now) .. table.concat(statuses)
