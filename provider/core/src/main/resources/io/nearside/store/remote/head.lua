-- The head of a partition.

-- Raw is false for nothing. Nil if the key holds another type. A head that is lost, or can't be
-- one, makes all that is older invalid, since nobody knows what was cleared. Who writes one that is
-- new announces it, like a clear: copies may have outlived it.
local function headOf(key, raw)
  if raw and #raw == 29 then
    local format, generation, clock, floor, fence = unpackFrom('>BI7I7I7I7', raw)
    if format == 1 and clock < TOO_MUCH and generation <= clock and floor <= clock
        and fence <= clock then
      return { key = key, generation = generation, clock = clock, floor = floor, fence = fence }
    end
  elseif not raw and call('EXISTS', key) == 1 then
    return nil
  end
  return { key = key, generation = now, clock = now, floor = now, fence = now, new = true }
end
