-- Tells wrk what to send for .ci/load, and prints the result as one line of JSON. Environment variables:
--   KIND        "signup" to POST sign-ups, anything else to GET the page
--   RUN         a part of the sign-ups' addresses, different in each run
--   STAMP       the hidden stamp of the sign-up form
--   NEWSLETTER  the newsletter's slug
--   ACCEPT      the value of Accept-Encoding
local threads, count = {}, 0
local run, stamp, newsletter = os.getenv("RUN") or "0", os.getenv("STAMP") or "", os.getenv("NEWSLETTER") or ""

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

wrk.headers["Host"] = "localhost"
wrk.headers["Accept-Encoding"] = os.getenv("ACCEPT")
if os.getenv("KIND") == "signup" then
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"

  function request()
    count = count + 1
    return wrk.format(nil, nil, nil, "email=reader" .. run .. "." .. number .. "." .. count .. "%40example.org&name=A+Reader&newsletter="
      .. newsletter .. "&language=en&shown=" .. stamp .. "&website=")
  end
end

function done(summary, latency)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout + summary.errors.status
  print(string.format('{"per_second": %.1f, "p50_ms": %.2f, "p99_ms": %.2f, "max_ms": %.1f, "failed": %d}',
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000, failed))
end
