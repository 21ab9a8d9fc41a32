-- What is said of changes; all of it is nil where nobody is to hear.
local channel, events, announce, begin, tell
if #ARGV[1] > 23 then
  local origin, afterChannel
  origin, channel, afterChannel = unpackFrom('>c8xxxxxxHc0', ARGV[1], 8)
  events = sub(ARGV[1], afterChannel)
  channel = channel ~= '' and channel or nil
  events = events ~= '' and events or nil

  -- The master's own channel is found here: what a caller knows is wrong once a slot has moved.
  announce = channel and function(message)
    if byte(channel, -1) == 58 then
      channel = channel .. call('CLUSTER', 'MYID')
    end
    call('PUBLISH', channel, message)
  end

  -- That a partition begins anew: nothing that is older counts.
  begin = channel and function(head)
    announce(pack('>BBI7', 1, 2, head.generation) .. sub(head.key, 1, -3))
  end

  -- A whole event: format 1 | kind 1 | origin 8 | key, new, prior: each length 4, bytes.
  -- Kinds: 1 created, 2 updated, 3 removed, 4 expired.
  tell = events and function(kind, key, new, prior)
    call('PUBLISH', events, pack('>BBc8I4', 1, kind, origin, #key) .. key
      .. pack('>I4', #new) .. new .. pack('>I4', #prior) .. prior)
  end
end
