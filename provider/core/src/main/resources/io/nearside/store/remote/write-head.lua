-- Announces the generation if it is a new one.
local function writeHead(head)
  call('SET', head.key,
    pack('>BI7I7I7I7', 1, head.generation, head.clock, head.floor, head.fence))
  if head.new and announce then
    announce(pack('>BBI7', 1, 2, head.generation) .. sub(head.key, 1, -3))
  end
end
