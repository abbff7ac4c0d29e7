-- What wrk asks for: the lines of BENCH_PATHS, in turn; each a path and, after a tab, the tag that is known of it.
local requests = {}
local at = 0

function init(arguments)
  for line in io.lines(os.getenv("BENCH_PATHS")) do
    local path, known = line:match("^([^\t]*)\t?(.*)$")
    local headers = { ["Accept"] = "*/*", ["User-Agent"] = "bench" }
    if known ~= "" then
      headers["If-None-Match"] = known
    end
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, all)
  local errors = summary.errors
  io.write(string.format(
    '\nBENCH {"requests": %d, "seconds": %.6f, "bytes": %d, "p50": %.3f, "p99": %.3f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
