-- Shared by all scripts: the clock, the accounts, and an end that leaves no request unanswered.
--
-- wrk stops without waiting for responses. So the script stops sending after some seconds, by
-- delaying forever, and wrk's own duration is longer: every request that was sent is answered.

local ffi = require("ffi")
ffi.cdef [[
    typedef struct { long s; long ns; } bench_moment;
    int clock_gettime(int clock, bench_moment *moment);
]]
local MONOTONIC = 1  -- CLOCK_MONOTONIC of Linux, which Python's time.monotonic() reads too.
local FOREVER_MS = 3600 * 1000

local moment = ffi.new("bench_moment")
local common = {}
local threads = {}

function common.now_s()
    ffi.C.clock_gettime(MONOTONIC, moment)
    return tonumber(moment.s) + tonumber(moment.ns) / 1e9
end

-- Reads lines of words, separated by spaces.
local function read_lines(path)
    local lines = {}
    for line in io.lines(path) do
        local words = {}
        for word in line:gmatch("%S+") do table.insert(words, word) end
        table.insert(lines, words)
    end
    return lines
end

-- Arguments after `--`: a file of lines, the seconds to send, the run's name, a number.
function common.init(args)
    lines = read_lines(args[1])
    seconds = tonumber(args[2])
    run = args[3]
    size = tonumber(args[4] or "1")
    -- wrk asks the first thread for a request that it inspects but does not send.
    made = number == 0 and -1 or 0
    until_s = common.now_s() + seconds
end

-- Counts a request and returns its number in this thread, -1 for the one that is not sent.
function common.next()
    local n = made
    made = n + 1
    if n == 0 then first_s = common.now_s() end
    return n
end

function common.head(method, path, token)
    local host = wrk.host .. ":" .. wrk.port
    local head = method .. " " .. path .. " HTTP/1.1\r\nHost: " .. host
    if token then head = head .. "\r\nAuthorization: Bearer " .. token end
    return head .. "\r\n"
end

function common.with_body(head, body)
    return head .. "Content-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

-- Reproducible amounts from 1 to 100,000; people.py computes the same.
function common.amount(n)
    return 1 + (n * 7919 + number * 104729) % 100000
end

function setup(thread)
    thread:set("number", #threads)
    table.insert(threads, thread)
end

function init(args)
    common.init(args)
end

function delay()
    if common.now_s() < until_s then return 0 end
    return FOREVER_MS
end

-- One line of JSON. Latencies are in microseconds, times in seconds of the monotonic clock.
function done(summary, latency)
    local made_by, first, last = {}, math.huge, 0
    for _, thread in ipairs(threads) do
        table.insert(made_by, thread:get("made"))
        first = math.min(first, thread:get("first_s") or math.huge)
        last = math.max(last, thread:get("until_s"))
    end
    local errors = summary.errors
    print(string.format(
        'RESULT {"made": [%s], "answered": %d, "refused": %d, "broken": %d, '
            .. '"first_s": %.6f, "last_s": %.6f, '
            .. '"p50_us": %d, "p95_us": %d, "p99_us": %d, "max_us": %d}',
        table.concat(made_by, ", "), summary.requests, errors.status,
        errors.connect + errors.read + errors.write, first, last,
        latency:percentile(50), latency:percentile(95), latency:percentile(99), latency.max))
end

return common
