-- Sign-ins that alternate between users: each line has an address and a password.

local common = dofile((debug.getinfo(1, "S").source:match("^@(.*/)") or "./") .. "common.lua")
local requests = {}

function init(args)
    common.init(args)
    for i, line in ipairs(lines) do
        requests[i] = common.with_body(
            common.head("POST", wrk.path, nil),
            '{"email":"' .. line[1] .. '","password":"' .. line[2] .. '"}')
    end
end

function request()
    return requests[common.next() % #requests + 1]
end
