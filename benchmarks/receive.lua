-- Submissions as phones post them, each of its own instanceID, of one of the people of one of the phones; for wrk.
-- Arguments: seed, photo file or "", template, people, file of the phones' keys,
-- the month as 2026-11-, how many of its days are over, and milliseconds that each phone waits before it posts again.
local counter, prefix, photo = 0, "", ""
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  math.randomseed(tonumber(args[1]) + number)
  prefix = string.format("%08x-%04x", tonumber(args[1]), number)
  if args[2] and args[2] ~= "" then
    local file = assert(io.open(args[2], "rb"))
    photo = file:read("*a")
    file:close()
  end
  template = assert(io.open(args[3], "rb")):read("*a")
  people = tonumber(args[4])
  month, days = args[6], tonumber(args[7])
  pause = tonumber(args[8])
  if pause > 0 then delay = function() return pause end end
  keys = {}
  for line in io.lines(args[5]) do keys[#keys + 1] = line end
  statuses = {}
end

function request()
  counter = counter + 1
  local id = string.format("uuid:%s-4000-8000-%012x", prefix, counter)
  local phone = math.random(1, #keys)
  local each = people / #keys
  local person = math.floor((phone - 1) * each) + math.random(0, math.floor(each) - 1)
  local due, other = math.random(1, 20), math.random(1, 20)
  local done, rest = math.random(0, due), math.random(0, other)
  local xml = template:gsub("@INSTANCE@", id):gsub("@PERSON@", string.format("%06d", person))
    :gsub("@DUE1@", due):gsub("@DONE1@", done):gsub("@DUE2@", other):gsub("@DONE2@", rest)
    :gsub("@DUE@", due + other):gsub("@DONE@", done + rest):gsub("@ATTENDED@", math.random(0, 8))
    :gsub("@LAT@", 15 + phone / 100):gsub("@TIME@", string.format("%s%02dT%02d:%02d:%02d.000-06:00", month,
      math.random(1, days), math.random(7, 16), math.random(0, 59), math.random(0, 59)))
  local parts = { "--b\r\nContent-Disposition: form-data; name=\"xml_submission_file\"; filename=\"visit.xml\"\r\n",
    "Content-Type: text/xml\r\n\r\n", xml, "\r\n" }
  if photo ~= "" then
    -- The first bytes differ, so that every photo is another file.
    parts[#parts + 1] = "--b\r\nContent-Disposition: form-data; name=\"photo.jpg\"; filename=\"photo.jpg\"\r\n"
      .. "Content-Type: image/jpeg\r\n\r\n" .. id
    parts[#parts + 1] = photo
    parts[#parts + 1] = "\r\n"
  end
  parts[#parts + 1] = "--b--\r\n"
  return wrk.format("POST", "/field/key/" .. keys[phone] .. "/submission", { ["Content-Type"] = "multipart/form-data; boundary=b", ["X-OpenRosa-Version"] = "1.0" },
    table.concat(parts))
end

function response(status)
  statuses[status] = (statuses[status] or 0) + 1
  if status ~= 201 then wrong = (wrong or 0) + 1 end
end

function done(summary, latency, requests)
  io.write(string.format("RESULT %d %d %d %.3f %.3f %.3f\n", summary.requests, summary.duration, summary.errors.status
    + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
