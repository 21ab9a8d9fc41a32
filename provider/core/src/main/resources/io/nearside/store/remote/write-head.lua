-- Announces the generation if it is a new one.
local function writeHead(head)
  call('SET', head.key, headBytes(head))
  if head.new and begin then
    begin(head)
  end
end
