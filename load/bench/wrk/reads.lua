-- Reads of what the accounts' owners have: a path a line, with the token to read it.

local common = dofile((debug.getinfo(1, "S").source:match("^@(.*/)") or "./") .. "common.lua")
local requests = {}

function init(args)
    common.init(args)
    for i, line in ipairs(lines) do
        requests[i] = common.head("GET", wrk.path .. line[1], line[2]) .. "\r\n"
    end
end

function request()
    return requests[common.next() % #requests + 1]
end
