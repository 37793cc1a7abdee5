-- Batches of deposits: each request belongs to one user and alternates between that user's accounts.

local common = dofile((debug.getinfo(1, "S").source:match("^@(.*/)") or "./") .. "common.lua")
local users = {}

function init(args)
    common.init(args)
    local by_token = {}
    for _, line in ipairs(lines) do
        local user = by_token[line[2]]
        if user == nil then
            user = { head = common.head("POST", wrk.path, line[2]), starts = {} }
            by_token[line[2]] = user
            table.insert(users, user)
        end
        table.insert(user.starts, '{"kind":"deposit","account_id":"' .. line[1]
            .. '","currency":"EUR","idempotency_key":"' .. run .. "-" .. number .. "-")
    end
end

function request()
    local n = common.next()
    local user = users[n % #users + 1]
    local starts, items = user.starts, {}
    for i = 1, size do
        local item = n * size + i - 1
        items[i] = starts[item % #starts + 1] .. item .. '","amount":' .. common.amount(item) .. "}"
    end
    return common.with_body(user.head, '{"items":[' .. table.concat(items, ",") .. "]}")
end
