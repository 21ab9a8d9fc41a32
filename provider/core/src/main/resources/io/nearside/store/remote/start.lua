-- Before every script: Redis's time and the deadline. What few need is not made for all: each
-- function and each call of Redis costs every run. Constants become literals when scripts are put
-- together, since each local that a function captures costs too.
-- ARGV[1]: deadline (µs) 7 | origin 8 | how long an entry stays when its time is over (ms) 6, more than
--   GRACE if it may then stand in for loads that fail | channel for announcements: length 2, text | for
--   events.
-- Every reply begins with: status 1 | time (µs) 7.
local call, try, pack, unpackFrom = redis.call, redis.pcall, struct.pack, struct.unpack
local sub, byte = string.sub, string.byte

local DONE, LATE, FOREIGN, NOT_MET, QUEUED, VOID, FOUND, HELD = 0, 1, 2, 3, 4, 5, 6, 7
local NOT_FOUND = 9
-- Of leases: the last byte of one that is a blank.
local BLANK = 2
local TOO_MUCH = 9007199254740992
-- Of entries whose time is over: so long they stay anyway (ms), to be told of.
local GRACE = 5000
-- Of entries: the least flags of one that is marked, and of what its check is the remainder.
local MARKED, MODULUS = 22, 32749

local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local millis = (now - now % 1000) / 1000

if now > unpackFrom('>I7', ARGV[1]) then
  return pack('>BI7', LATE, now)
end
