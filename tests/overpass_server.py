"""A server on this machine that speaks as Overpass and Nominatim do, from an OSM file."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import osmium

STAMP = "2024-06-30T12:00:00Z"
_KIND = {"n": "node", "w": "way", "r": "relation"}


def elements_of(path):
    """The objects of an OSM file as Overpass's ``out;`` gives them."""
    found = []
    for thing in osmium.FileProcessor(str(path)):
        element = {"type": _KIND[thing.type_str()], "id": thing.id, "tags": dict(thing.tags)}
        if thing.is_node():
            element |= {"lat": thing.lat, "lon": thing.lon}
        elif thing.is_way():
            element["nodes"] = [node.ref for node in thing.nodes]
        else:
            element["members"] = [
                {"type": _KIND[m.type], "ref": m.ref, "role": m.role} for m in thing.members
            ]
        found.append(element)
    return found


class Answers:
    """What the server says: real data at first; tests may put other answers in their place."""

    def __init__(self, elements=(), places=()):
        self.elements = list(elements)
        self.places = list(places)
        self.instead = []  # (status, body) that come first, one a request
        self.always = None  # (status, body) of every request
        self.asked = []
        self.hold = None  # an event to wait for before answering

    def to(self, path, query):
        """Status and body of one request."""
        self.asked.append((path, query))
        if self.hold:
            self.hold.wait(5)
        if self.instead:
            return self.instead.pop(0)
        if self.always:
            return self.always
        if path.endswith("/search"):
            return 200, json.dumps(self.places)
        if not path.endswith("/interpreter"):
            return 404, "no such endpoint"
        head = {"version": 0.6, "osm3s": {"timestamp_osm_base": STAMP}}
        return 200, json.dumps({**head, "elements": self._matching(query)})

    def _matching(self, query):
        if 'relation["type"="route"]' in query:
            lines = [e for e in self.elements if e["type"] == "relation"]
            called = {m["ref"] for e in lines for m in e.get("members", ()) if m["type"] == "node"}
            nodes = [e for e in self.elements if e["type"] == "node" and e["id"] in called]
            return [*lines, *nodes]
        wanted = [e for e in self.elements if _asked_for(e, query)]
        needed = {ref for e in wanted for ref in e.get("nodes", ())}
        nodes = [e for e in self.elements if e["type"] == "node" and e["id"] in needed]
        return [*wanted, *(e for e in nodes if e not in wanted)]


def _asked_for(element, query):
    tags = element["tags"]
    platform = "platform" in (tags.get("public_transport"), tags.get("railway"))
    if "'highway'='bus_stop'" in query:
        place = tags.get("public_transport") in ("platform", "stop_position")
        return element["type"] != "relation" and (place or tags.get("highway") == "bus_stop")
    if element["type"] != "way":
        return False
    return "highway" in tags if 'way["highway"]' in query else platform


@contextmanager
def serving(answers):
    """The address of a server that gives ``answers`` while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer(parse_qs(urlsplit(self.path).query).get("q", [""])[0])

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(parse_qs(body)["data"][0])

        def answer(self, query):
            status, body = answers.to(urlsplit(self.path).path, query)
            content = body.encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except ConnectionError:  # the asker has gone, which some tests want
                self.close_connection = True

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        if answers.hold:
            answers.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()
