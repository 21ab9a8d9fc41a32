-- Tells the writes of keys that wait; only where changes are accepted.
-- KEYS: for each key the writes of its partition. ARGV[2...]: the fields.
-- Reply: time as always, then for each: length 4, the write as queue says; 0 for none.
call('PERSIST', KEYS[1]) -- it has no time to live, so this changes nothing
local answers = {}
for i = 1, #KEYS do
  local write = call('HGET', KEYS[i], ARGV[1 + i]) or ''
  answers[i] = pack('>I4', #write) .. write
end
return pack('>BI7', DONE, now) .. table.concat(answers)
