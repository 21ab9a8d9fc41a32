-- Prolongs the leases of loads that take long.
-- KEYS: leases.
-- ARGV[2]: life of a lease (ms) 6, then for each token 8 | the load's number 4.
-- Reply: time as always, then for each lease a status 1: QUEUED if another load holds it, which
--   prolongs it itself, NOT_MET if it is lost.
local life = unpackFrom('>I6', ARGV[2])
local statuses = {}
for i = 1, #KEYS do
  local token, number = unpackFrom('>c8c4', ARGV[2], 12 * i - 5)
  local own = sub(ARGV[1], 8, 11) .. number
  local standing = read('GET', KEYS[i])
  local status = NOT_MET
  if standing and #standing == LEASE_LENGTH and sub(standing, 1, 8) == token then
    local holder = sub(standing, 9, 16)
    status = (holder == own or holder == NO_HOLDER) and DONE or QUEUED
  end
  if status == DONE and byte(standing, 24) ~= BLANK then
    call('PEXPIRE', KEYS[i], life)
  end
  statuses[i] = string.char(status)
end
return pack('>BI7', DONE, now) .. table.concat(statuses)
