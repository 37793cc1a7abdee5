-- Single deposits that alternate between accounts, each with its own Idempotency-Key.

local common = dofile((debug.getinfo(1, "S").source:match("^@(.*/)") or "./") .. "common.lua")
local heads, bodies = {}, {}

function init(args)
    common.init(args)
    for i, line in ipairs(lines) do
        heads[i] = common.head("POST", wrk.path, line[2]) .. "Idempotency-Key: " .. run .. "-"
            .. number .. "-"
        bodies[i] = '{"account_id":"' .. line[1] .. '","currency":"EUR","amount":'
    end
end

function request()
    local n = common.next()
    local i = n % #heads + 1
    return common.with_body(heads[i] .. n .. "\r\n", bodies[i] .. common.amount(n) .. "}")
end
