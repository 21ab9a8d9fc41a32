-- Gives up a parked write, or has it tried again.
-- KEYS: the writes of its partition, their order. ARGV[2]: 1 to try it again, else 0: 1 | field.
-- Reply: time as always; NOT_MET if there is none that is parked.
local again, field = byte(ARGV[2]), sub(ARGV[2], 2)
local write = call('HGET', KEYS[1], field)
if not write or byte(write, 9) ~= 1 then
  return pack('>BI7', NOT_MET, now)
elseif again == 1 then
  call('HSET', KEYS[1], field, sub(write, 1, 7) .. pack('>BBI6', 0, 0, 0) .. sub(write, 16))
  call('ZADD', KEYS[2], string.format('%.0f', millis), field)
else
  call('HDEL', KEYS[1], field)
end
return pack('>BI7', DONE, now)
