-- Ends marks of keys whose source was not changed: what was there has its life back, unless others
-- write too.
-- KEYS: the heads, then for each key entry and lease.
-- ARGV[2]: number of heads 2, then for each key the index of its head 2 (from 1) | token 8.
-- Reply: time as always, then for each key a status 1, NOT_MET if there was no such mark.
local heads = unpackFrom('>H', ARGV[2])
local statuses = {}
for i = 1, (#KEYS - heads) / 2 do
  local _, token = unpackFrom('>Hc8', ARGV[2], 10 * i - 7)
  local key, lease = KEYS[heads + 2 * i - 1], KEYS[heads + 2 * i]
  local mark = readMark(read('GET', lease))
  if not mark or not leave(mark, token) then
    statuses[i] = NOT_MET
  else
    statuses[i] = DONE
    if #mark > 0 then
      writeMark(lease, mark)
    else
      call('DEL', lease)
      local state, raw = readEntry(nil, key)
      if state == OURS and not mark.several and identity(raw) == mark.identity then
        local before = restored(raw, mark)
        if before ~= raw then
          call('SETRANGE', key, '0', sub(before, 1, 45))
          if mark.expires == 0 then
            call('PERSIST', key)
          else
            call('PEXPIREAT', key,
              string.format('%.0f', mark.expires + unpackFrom('>I6', ARGV[1], 16)))
          end
        end
      end
    end
  end
  statuses[i] = string.char(statuses[i])
end
return pack('>BI7', DONE, now) .. table.concat(statuses)
