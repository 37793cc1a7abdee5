-- Reads of the owners' accounts or transactions: each line has a path and its token.

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
