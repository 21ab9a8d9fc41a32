-- Changes one key.
-- KEYS: head, entry, lease, and with SAME turns.
-- ARGV[2]: condition 1 | flags 1 | lives of creation, update and at most (ms) 6 each |
--   identity 15 | turn 8. ARGV[3]: the writer's part of the envelope; empty removes.
-- Reply: time as always, then an outcome.
local head = readHead(KEYS[1])
if not head then
  return pack('>BI7', FOREIGN, now)
end
return pack('>BI7', DONE, now)
  .. write(head, KEYS[2], KEYS[3], KEYS[4], ARGV[2], ARGV[3], nil, raiseOne)
