-- What scripts that read and write one thing after the other share.

-- Nil if the key holds another type; other errors end the script, as Redis words them.
local function read(command, key, first, last)
  local answer
  if first then
    answer = try(command, key, first, last)
  else
    answer = try(command, key)
  end
  if type(answer) ~= 'table' then
    return answer
  elseif string.find(answer.err, 'WRONGTYPE', 1, true) then
    return nil
  end
  return call(command, key, first, last)
end

local function readHead(key)
  return headOf(key, call('MGET', key)[1])
end

-- Versions grow even when the server's clock has stepped back.
local function raise(head)
  local version = head.clock + 1
  if now > version then
    version = now
  end
  head.clock = version
  return version
end
