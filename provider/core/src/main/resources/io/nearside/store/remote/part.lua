-- The first bytes of an entry that may be long; false for nothing, '' for another type.
local function part(key)
  local answer = try('GETRANGE', key, '0', '62')
  if type(answer) ~= 'table' then
    return answer ~= '' and answer
  elseif string.find(answer.err, 'WRONGTYPE', 1, true) then
    return ''
  end
  return call('GETRANGE', key, '0', '62')
end
