"""Reads CHANNELS ten times a second, keeps an hour, answers POST /query: python3 data_buffer.py 8090"""
import itertools, json, math, os, re, sys, threading, time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RATE = 10  # pulses a second: a pulse id here is a count of tenths of a second since 1970
CHANNELS = {  # name: type, shape, how it is read. Put your own here
    "LAB:PULSE": ("int64", [1], lambda pulse: pulse),
    "LAB:LOAD": ("float64", [1], lambda pulse: os.getloadavg()[0]),
    "LAB:WAVE": ("float32", [100], lambda pulse: [math.sin((i + pulse) / 10) for i in range(100)]),
}
points = {name: deque(maxlen=3600 * RATE) for name in CHANNELS}

def record():
    for pulse in itertools.count(math.ceil(time.time() * RATE)):
        time.sleep(max(0, pulse / RATE - time.time()))
        second, nanosecond = divmod(time.time_ns(), 10**9)
        date = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)) + f".{nanosecond:09}Z"
        for name, (_, _, read) in CHANNELS.items():
            points[name].append({"pulseId": pulse, "globalDate": date, "value": read(pulse)})

def query(asked):  # both ends are included; a channel that is not known is left out of the reply
    unit, scale = ("Seconds", RATE) if "startSeconds" in asked["range"] else ("PulseId", 1)
    first, last = (float(asked["range"][end + unit]) * scale for end in ("start", "end"))
    return [{"channel": {"name": name},
             "configs": [dict(zip(("type", "shape"), CHANNELS[name]))],
             "data": [point for point in points[name].copy() if first <= point["pulseId"] <= last]}
            for channel in asked["channels"] if (name := channel["name"]) in CHANNELS]

def search(asked):
    return [{"channels": [name for name in CHANNELS if re.search(asked.get("regex", ""), name)]}]

class DataBuffer(BaseHTTPRequestHandler):
    protocol_version, wbufsize = "HTTP/1.1", -1
    def do_POST(self):
        try:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, reply = 200, {"/query": query, "/channels": search}[self.path](asked)
        except Exception as error:
            status, reply = 400, {"status": 400, "message": f"not understood: {error!r}"}
        text = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

threading.Thread(target=record, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), DataBuffer).serve_forever()
