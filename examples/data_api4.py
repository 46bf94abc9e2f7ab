"""Reads CHANNELS ten times a second, keeps an hour, speaks data API 4: python3 data_api4.py 8090"""
import itertools, json, math, os, re, struct, sys, threading, time
from calendar import timegm
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

RATE = 10  # pulses a second: a pulse id here is a count of tenths of a second since 1970
STEP = 10**9 // RATE  # nanoseconds: a pulse was at exactly its id times this
CHANNELS = {  # name: type, shape, unit, how it is read. Put your own here
    "LAB:PULSE": ("i64", [], "", lambda pulse: pulse),
    "LAB:LOAD": ("f64", [], "processes", lambda pulse: os.getloadavg()[0]),
    "LAB:WAVE": ("f32", [100], "V", lambda pulse: [math.sin((i + pulse) / 10) for i in range(100)]),
}
rows = {name: deque(maxlen=3600 * RATE) for name in CHANNELS}  # pulse id, value
newest = 0  # of all channels

def record():
    global newest
    for pulse in itertools.count(math.ceil(time.time() * RATE)):
        time.sleep(max(0, pulse / RATE - time.time()))
        for name, (_, _, _, read) in CHANNELS.items():
            rows[name].append((pulse, read(pulse)))
        newest = pulse

def cbor(value):
    if isinstance(value, bool): return b"\xf5" if value else b"\xf4"
    if isinstance(value, int): return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, float): return struct.pack(">Bd", 0xFB, value)
    if isinstance(value, str): return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list): return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(each) for item in value.items() for each in item)

def head(kind, count):
    return struct.pack(">BQ", kind << 5 | 27, count)

def frame(item):  # 4 bytes length, 12 zeros, the item, zeros to a multiple of 8
    body = cbor(item)
    return struct.pack("<I12x", len(body)) + body + bytes(-len(body) % 8)

def nanoseconds(date):
    second, fraction = re.fullmatch(r"([^.]{19})(?:\.(\d{1,9}))?Z", date).groups()
    parsed = time.strptime(second, "%Y-%m-%dT%H:%M:%S")
    return timegm(parsed) * 10**9 + int((fraction or "").ljust(9, "0"))

def events(asked):
    name, begin, end = asked["channelName"], nanoseconds(asked["begDate"]), nanoseconds(asked["endDate"])
    if name not in CHANNELS:
        return 404, b'{"message": "channel not found"}'
    is_final = end <= (newest + 1) * STEP  # what comes later lies behind the range
    found = [row for row in rows[name].copy() if begin <= row[0] * STEP < end]
    batch = {"scalar_type": CHANNELS[name][0], "tss": [pulse * STEP for pulse, _ in found],
             "pulses": [pulse for pulse, _ in found], "values": [value for _, value in found]}
    return 200, (frame(batch) if found else b"") + (frame({"rangeFinal": True}) if is_final else b"")

def search(asked):
    return 200, json.dumps({"channels": [
        {"backend": "sf-databuffer", "name": name, "seriesId": i, "source": "", "description": "",
         "type": kind, "shape": shape, "unit": unit}
        for i, (name, (kind, shape, unit, _)) in enumerate(CHANNELS.items())
        if re.search(asked.get("nameRegex", ""), name)]}).encode()

def pulse_time(pulse):  # of one that is still to come nothing is known
    return (200, str(pulse * STEP).encode()) if pulse <= newest else (204, b"")

class DataApi4(BaseHTTPRequestHandler):
    protocol_version, wbufsize = "HTTP/1.1", -1
    def do_GET(self):
        path, asked = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
        try:
            if path.startswith("/api/4/map/pulse/"):
                status, body = pulse_time(int(path.split("/")[-1]))
            else:
                status, body = {"/api/4/events": events, "/api/4/search/channel": search}[path](asked)
        except Exception as error:
            status, body = 400, json.dumps({"message": f"not understood: {error!r}"}).encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

threading.Thread(target=record, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), DataApi4).serve_forever()
