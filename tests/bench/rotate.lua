-- For wrk: asks the addresses of the file $PATHS in turn, and tells the result as one line.
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", paths[(n - 1) % #paths + 1])
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %.3f %d\n", summary.requests, latency:percentile(50) / 1000,
    e.connect + e.read + e.write + e.status + e.timeout))
end
