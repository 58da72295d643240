"""A server on this machine that speaks as Overpass and Nominatim do, from an OSM file."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import osmium
import osmnx
import pytest
import shapely

LOOPBACK = ("127.0.0.1", "localhost", "::1")
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
    """What the server says: real data at first; tests may put other answers in their place.

    An answer is (status, body) or (status, body, headers); a body that can be called is given the
    file to write to. With ``by_place`` only what lies in the area asked for is told.
    """

    def __init__(self, elements=(), places=(), *, by_place=False):
        self.elements = list(elements)
        self.places = list(places)
        self.by_place = by_place
        self.instead = []  # answers that come first, one a request
        self.always = None  # the answer to every request
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
        here = self._here(query)
        if 'relation["type"="route"]' in query:
            lines = [e for e in here if e["type"] == "relation"]
            called = {m["ref"] for e in lines for m in e.get("members", ()) if m["type"] == "node"}
            nodes = [e for e in here if e["type"] == "node" and e["id"] in called]
            return [*lines, *nodes]
        wanted = [e for e in here if _asked_for(e, query)]
        members = {m["ref"] for e in wanted for m in e.get("members", ()) if m["type"] == "way"}
        wanted += [e for e in self.elements if e["type"] == "way" and e["id"] in members]
        needed = {ref for e in wanted for ref in e.get("nodes", ())}
        nodes = [e for e in self.elements if e["type"] == "node" and e["id"] in needed]
        return [*wanted, *(e for e in nodes if e not in wanted)]

    def _here(self, query):
        if not self.by_place:
            return self.elements
        area = _area(query)
        spots = {e["id"]: (e["lon"], e["lat"]) for e in self.elements if e["type"] == "node"}
        return [e for e in self.elements if _shape(e, spots).intersects(area)]


def _area(query):
    """The polygon or the box that a query names."""
    corners = re.search(r"poly:'([^']*)'", query)
    if corners:
        degrees = [float(text) for text in corners[1].split()]
        return shapely.Polygon(list(zip(degrees[1::2], degrees[::2], strict=True)))
    south, west, north, east = map(float, re.search(r"\(([-\d.,]+)\)", query)[1].split(","))
    return shapely.box(west, south, east, north)


def _shape(element, spots):
    if element["type"] == "node":
        return shapely.Point(element["lon"], element["lat"])
    if element["type"] == "way":
        course = [spots[ref] for ref in element["nodes"] if ref in spots]
        return shapely.LineString(course) if len(course) > 1 else shapely.MultiPoint(course)
    places = [spots[m["ref"]] for m in element.get("members", ())
              if m["type"] == "node" and m["ref"] in spots]  # fmt: skip
    return shapely.MultiPoint(places)


def _asked_for(element, query):
    tags = element["tags"]
    platform = "platform" in (tags.get("public_transport"), tags.get("railway"))
    if "'highway'='bus_stop'" in query:
        place = tags.get("public_transport") in ("platform", "stop_position")
        return element["type"] != "relation" and (place or tags.get("highway") == "bus_stop")
    keys = re.findall(r"relation\['(\w+)'\]", query)
    if keys:
        return any(key in tags for key in keys)
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
            status, body, *more = answers.to(urlsplit(self.path).path, query)
            try:
                self.send_response(status)
                for name, value in more[0].items() if more else ():
                    self.send_header(name, value)
                if callable(body):
                    self.end_headers()
                    body(self.wfile)
                    return
                content = body if isinstance(body, bytes) else body.encode()
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


@pytest.fixture(autouse=True)
def nothing_but_this_machine(monkeypatch):
    """Refuse every other address; let nobody sleep. Gives the sleeps that were asked for."""
    connect = socket.socket.connect

    def only_here(self, address):
        if address[0] not in LOOPBACK:
            pytest.fail(f"something connects to {address}")
        return connect(self, address)

    slept = []
    monkeypatch.setattr(socket.socket, "connect", only_here)
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


@pytest.fixture(autouse=True)
def settings_stay():
    """OSMnx's settings and the resolver are afterwards as they were, after errors too."""
    before = {k: v for k, v in vars(osmnx.settings).items() if not k.startswith("_")}
    kept = {key: repr(value) for key, value in before.items()}
    resolver = socket.getaddrinfo
    yield
    assert {key: repr(getattr(osmnx.settings, key)) for key in before} == kept
    assert socket.getaddrinfo is resolver
