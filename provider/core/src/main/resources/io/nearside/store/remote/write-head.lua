-- Announces the generation if it is a new one.
local function writeHead(head)
  call('SET', head.key,
    pack('>BI7I7I7I7', 1, head.generation, head.clock, head.floor, head.fence))
  if head.new and begin then
    begin(head)
  end
end
