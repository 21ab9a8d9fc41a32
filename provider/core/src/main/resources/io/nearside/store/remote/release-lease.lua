-- Ends a load's holding of a lease, which others may share: whoever waits for it may load.
-- KEYS: lease.
-- ARGV[2]: life of a lease (ms) 6 | token 8 | the load's number 4.
-- Reply: status 1, NOT_MET if another one holds it | time 7.
local life, token, number = unpackFrom('>I6c8c4', ARGV[2])
local standing = read('GET', KEYS[1])
if not standing or #standing ~= LEASE_LENGTH
    or sub(standing, 1, 16) ~= token .. sub(ARGV[1], 8, 11) .. number then
  return pack('>BI7', NOT_MET, now)
end
call('SET', KEYS[1], token .. NO_HOLDER .. sub(standing, 17, 23) .. '\0', 'PX', life)
ready(KEYS[1], standing)
return pack('>BI7', DONE, now)
