-- Changes what the source has been told, each as change does if the mark of the one who asks stands
-- and nobody else has written meanwhile. Else it removes what is there, since nobody knows which of
-- them the source has heard last; and nor may those store who still write.
-- ARGV[2]: number of heads 2, then for each change the index of its head 2 (from 1) | token 8.
-- Reply: time as always, then the outcomes; VOID with the outcome of the removal if it removed.
local outcomes, left = {}, {}
for i = 1, count do
  local place, token = unpackFrom('>Hc8', ARGV[2], 10 * i - 7)
  local at = heads + 2 * i
  local mark = readMark(found[at])
  found[at - 1] = restored(found[at - 1], mark)
  if not partitions[place] then
    outcomes[i] = foreign()
  elseif mark and not mark.several and mark[1].token == token then
    outcomes[i] = take(i, place)
  else
    ARGV[1 + 2 * i] = '\0' .. sub(ARGV[1 + 2 * i], 2)
    ARGV[2 + 2 * i] = ''
    if mark then
      leave(mark, token)
      mark.several = true
      if #mark > 0 then
        left[KEYS[at]] = mark
        found[at] = false
      end
    end
    local outcome = take(i, place)
    if byte(outcome) == DONE then
      outcome = string.char(VOID) .. sub(outcome, 2)
    end
    outcomes[i] = outcome
  end
end
write()
for key, mark in pairs(left) do
  writeMark(key, mark)
end
return pack('>BI7', DONE, now) .. table.concat(outcomes)
