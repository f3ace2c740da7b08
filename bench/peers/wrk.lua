-- Sends the paths of a file (one a line) in turn, and prints requests, microseconds and errors at the end.
local requests, position = {}, 0

function init(args)
  for path in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary)
  local e = summary.errors
  io.stdout:write(string.format("\nrequests=%d us=%d errors=%d\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout))
end
