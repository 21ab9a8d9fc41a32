-- Reservations of loads. status 1 | token 8 | asOf 7 | generation 7.
local function reservation(status, head, token, asOf)
  return pack('>Bc8I7I7', status, token, asOf, head.generation)
end

local NO_TOKEN = string.rep('\0', 8)

-- Who loads the same key at the same time shares the token, so that none takes it from another.
local function reserve(head, lease, token, life)
  local standing = read('GET', lease)
  if standing == nil or standing and #standing ~= 8 then
    return reservation(FOREIGN, head, NO_TOKEN, 0)
  end
  local asOf = raise(head)
  writeHead(head)
  if standing then
    token = standing
    call('PEXPIRE', lease, life)
  else
    call('SET', lease, token, 'PX', life)
  end
  return reservation(DONE, head, token, asOf)
end
