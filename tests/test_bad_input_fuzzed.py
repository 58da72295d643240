"""What fuzzing the readers has found (``tests/fuzz``), each made as small as it gets.

If one of these fails, a damaged or hostile file ends in a traceback, or takes the process with it.
Each is read as a planner would read it; only a ``DataError`` that says how to mend it may come out.
"""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import osmium
import pytest
from bundle import copy_of_few_lines, replace_text, run

from transit.errors import DataError
from transit.sources.gtfs import read_gtfs
from transit.sources.osm import read_osm
from transit.sources.tables import read_raw, read_visits

OSM = (
    '<osm version="0.6"><node id="1" lat="0" lon="9" version="1"/>'
    '<node id="2" lat="0.001" lon="9" version="1"/><way id="3" version="1"><nd ref="1"/>'
    '<nd ref="2"/><tag k="highway" v="path"/><tag k="name" v="Market"/></way></osm>'
)
GRAPH = """<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="x" for="node" attr.name="x" attr.type="string"/>
<key id="y" for="node" attr.name="y" attr.type="string"/>
<key id="o" for="edge" attr.name="osmid" attr.type="string"/>
<key id="h" for="edge" attr.name="highway" attr.type="string"/>
<key id="a" for="edge" attr.name="access" attr.type="string"/>
<key id="g" for="edge" attr.name="geometry" attr.type="string"/>
<key id="c" for="graph" attr.name="crs" attr.type="string"/>
<graph edgedefault="directed"><data key="c">epsg:4326</data>
<node id="1"><data key="x">9</data><data key="y">0</data></node>
<node id="2"><data key="x">9.001</data><data key="y">0</data></node>
<edge source="1" target="2"><data key="o">7</data><data key="h">path</data>
<data key="a">yes</data><data key="g">LINESTRING (9 0, 9.001 0)</data></edge>
</graph></graphml>"""


def refused(path: Path, reader=read_osm) -> str:
    """What is said of the file, in one line."""
    with pytest.raises(DataError) as caught:
        reader(path)
    assert all(problem.what and problem.mend for problem in caught.value.problems)
    return str(caught.value)


# ------------------------------------------------------------------ OSM files


def pbf(folder: Path, old: bytes, new: bytes) -> Path:
    """A good file as PBF with some bytes changed: its blocks are not compressed."""
    xml, path = folder / "good.osm", folder / "bad.osm.pbf"
    xml.write_text(OSM, encoding="utf-8")
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf,pbf_compression=none")) as writer:
        for thing in osmium.FileProcessor(str(xml)):
            writer.add(thing)
    raw = path.read_bytes()
    assert old in raw
    path.write_bytes(raw.replace(old, new))
    return path


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (b"Mar\0et", "block 2 has a text with NUL"),  # libosmium reads beyond its memory
        (b"\xffarket", "invalid Unicode"),  # osmium's writer ended the process
        (b"Marke\xe4", "incomplete Unicode"),
    ],
)
def test_texts_of_a_pbf_that_are_no_texts(tmp_path, name, says):
    """In a process of its own: the fault was that the whole process ended."""
    path = pbf(tmp_path, b"Market", name)
    code = (
        "import sys\nfrom transit.errors import DataError\n"
        "from transit.sources.osm import read_osm\n"
        "try:\n    read_osm(sys.argv[1])\nexcept DataError as error:\n    print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    assert says in ran.stdout.decode()


@pytest.mark.parametrize(
    ("name", "shown"), [(b"Ma\xed\xa0\x80t", "Ma\ufffdt"), (b"M\x1b[31m", "M\ufffd[31m")]
)
def test_letters_that_are_none_are_shown_as_replaced(tmp_path, name, shown):
    """Half a character cannot be written, and a terminal acts on a control character."""
    edges = read_osm(pbf(tmp_path, b"Market", name)).network.streets.edges
    assert edges["street_name"].tolist() == [shown]


def test_a_pbf_of_any_length(tmp_path):
    """A download that was cut off, wherever it was: some lengths end between two blocks."""
    path = pbf(tmp_path, b"Market", b"Market")
    raw = path.read_bytes()
    for length in range(len(raw)):
        path.write_bytes(raw[:length])
        assert "bad.osm.pbf" in refused(path)


def test_a_pbf_block_that_is_a_bomb(tmp_path):
    """A block that unpacks to gigabytes (here: says so) is refused with memory to spare."""
    import zlib

    zipped = zlib.compress(bytes(64 << 20))
    blob = b"\x10" + varint(64 << 20) + b"\x1a" + varint(len(zipped)) + zipped
    head = b"\x0a\x07OSMData\x18" + varint(len(blob))
    path = tmp_path / "bomb.osm.pbf"
    path.write_bytes(struct.pack(">I", len(head)) + head + blob)
    assert "cannot be read" in refused(path)


def varint(number: int) -> bytes:
    found = b""
    while number > 0x7F:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('lat="0"', 'lat="0x"', "characters after coordinate"),
        ('lat="0"', 'lat="?"', "wrong format for coordinate"),
        ('id="1"', 'id="one"', "illegal id"),
        ('id="1"', f'id="{"9" * 30}"', "illegal id"),
        ('ref="1"', 'ref=""', "illegal id"),
        ('"0.6">', '"0.6"><bounds minlat="9x" minlon="0" maxlat="1" maxlon="1"/>',
         "characters after coordinate"),
        ("Market", "\x1b[2J", "not well-formed"),
        ("Market", "&#27;[2J", "reference to invalid character"),
        ("<osm ", '<!DOCTYPE osm [<!ENTITY a "b">]><osm ', "XML entities are not supported"),
        ("<osm ", '<!DOCTYPE osm [<!ENTITY a SYSTEM "file:///etc/passwd">]><osm ',
         "XML entities are not supported"),
        ('id="1" lat="0" lon="9"', 'id="1" lat="95" lon="9"', ""),
        ('id="1" lat="0" lon="9"', 'id="1" lat="9" lon="190"', ""),
    ],
)  # fmt: skip
def test_an_osm_file_with_a_slip(tmp_path, old, new, says):
    path = tmp_path / "bad.osm"
    path.write_text(OSM.replace(old, new, 1), encoding="utf-8")
    said = refused(path)
    assert says in said
    assert "\x1b" not in said


def test_osm_xml_that_never_ends(tmp_path):
    path = tmp_path / "deep.osm"
    path.write_text('<osm version="0.6">' + "<a>" * 100_000, encoding="utf-8")
    assert "nested too deep" in refused(path)


def test_a_node_on_the_other_side_of_the_earth(tmp_path):
    """No metric CRS of here holds it: lengths were infinite, and nothing was said."""
    stop = '<tag k="highway" v="bus_stop"/>'
    far = f'<node id="4" lat="-0.0001" lon="-81" version="1">{stop}</node><way id="3"'
    text = OSM.replace('<way id="3"', far).replace('<nd ref="2"/>', '<nd ref="2"/><nd ref="4"/>')
    path = tmp_path / "far.osm"
    path.write_text(text, encoding="utf-8")
    reading = read_osm(path, crs="EPSG:32632")
    assert reading.network.streets.length_m.tolist() == pytest.approx([110.53], abs=0.01)
    assert "lack some of their nodes" in " ".join(reading.left_out["why"])
    assert reading.network.feed.stops.empty
    assert "beyond what EPSG:32632 can hold" in " ".join(reading.left_out["why"])


# ------------------------------------------------------------------ saved graphs


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("utf-8", "ut8", "unknown encoding"),
        ("LINESTRING", "LINE\ufeffSTRING", "Unknown type"),
        ("LINESTRING (9 0, 9.001 0)", "POINT (9 0)", "a geometry that is no line"),
        ("LINESTRING (9 0, 9.001 0)", "GEOMETRYCOLLECTION EMPTY", "a geometry that is no line"),
        ("LINESTRING (9 0, 9.001 0)", "LINESTRING EMPTY", "a geometry that is no line"),
        ("LINESTRING (9 0, 9.001 0)", "LINESTRING (9 nan, 9 0)", "a geometry that is no line"),
        (">9.001<", ">nan<", "an x or y that is no number"),
        (">9.001<", ">1e999<", "an x or y that is no number"),
        (">9.001<", ">181<", "beyond the earth"),
        (">7<", ">[]<", "edges have no osmid"),
        (">7<", f">[{'(' * 9999}<", "cannot be read as a graph"),
        (">7<", f">{'9' * 9999}<", "cannot be read as a graph"),
        (">epsg:4326<", ">EPSG:5773<", "is not a known CRS"),  # heights alone
        (">epsg:4326<", ">+proj=geocent<", "is not a known CRS"),
    ],
)
def test_a_saved_graph_with_a_slip(tmp_path, old, new, says):
    path = tmp_path / "bad.graphml"
    assert old in GRAPH
    path.write_text(GRAPH.replace(old, new), encoding="utf-8")
    said = refused(path)
    assert says in said
    assert len(said) < 600


def test_tags_that_combine_in_millions_of_ways(tmp_path):
    """An edge of many merged ways kept a run busy for hours."""
    many = str([f"t{number}" for number in range(1000)])
    path = tmp_path / "bad.graphml"
    text = GRAPH.replace(">path<", f">{many}<").replace(">yes<", f">{many}<")
    path.write_text(text, encoding="utf-8")
    assert "combine in more than 10,000 ways" in refused(path)


def test_an_entity_bomb_in_a_graph(tmp_path):
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE graphml [<!ENTITY a0 "boom">{levels}]><graphml '
    path = tmp_path / "bomb.graphml"
    path.write_text(
        GRAPH.replace("<graphml ", bomb, 1).replace(">path<", ">&a9;<"), encoding="utf-8"
    )
    assert "amplification" in refused(path)


def test_an_entity_of_a_file_is_not_read(tmp_path):
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    outside = f'<!DOCTYPE graphml [<!ENTITY a SYSTEM "{tmp_path / "secret"}">]><graphml '
    path = tmp_path / "bad.graphml"
    text = GRAPH.replace("<graphml ", outside, 1).replace(">path<", ">&a;<")
    path.write_text(text, encoding="utf-8")
    assert "undefined entity" in refused(path)


# ------------------------------------------------------------------ settings and archives


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nb: &b [*a, *a]\n",
        "area_id: " + "[" * 5000,
        "area_id: !!python/object/apply:os.system [ls]\n",
        "? [a, b]\n: c\n",
        'area_id: "\\ud800"\n',
        "crs: [EPSG:4547]\n",
        "study_area: {a: b}\n",
        "study_area: [1e999, nan, 1, 2]\n",
        "unreached: {S1: S2}\n",
        "year: " + "9" * 5000 + "\n",
    ],
)
def test_settings_that_do_harm(tmp_path, text):
    folder = copy_of_few_lines(tmp_path / "area", ("M450",))
    old = (folder / "area.yaml").read_text(encoding="utf-8")
    key = text.partition(":")[0]
    kept = [line for line in old.splitlines() if not line.startswith(f"{key}:")]
    (folder / "area.yaml").write_text("\n".join([*kept, text]), encoding="utf-8")
    ran = run("brief", "--area", folder)
    assert ran.code == 3, ran.text
    assert "Traceback" not in ran.err
    assert "area.yaml" in ran.err


@pytest.mark.parametrize("name", ["\\ud800", "\\u001b[2J", "\\u0000"])
def test_names_in_geojson_that_no_text_can_hold(tmp_path, name):
    """JSON can write half a character; a table of texts cannot hold it."""
    folder = copy_of_few_lines(tmp_path / "area", ("M450",))
    replace_text(folder / "parks.geojson", "银星科技园", name)
    ran = run("brief", "--area", folder)
    assert ran.code == 3
    assert "parks.geojson feature 1 park_name: holds the control character" in ran.err


@pytest.mark.parametrize("column", ["首班", "发车间隔"])
@pytest.mark.parametrize("number", ["1" + "0" * 400, "9" * 400, "1000000", "1e400", "-5"])
def test_numbers_without_end_in_a_table(tmp_path, column, number):
    """A time or headway beyond what a day holds ended in a traceback."""
    path = tmp_path / "lines.csv"
    path.write_text(
        f"线路,方向,站序,站名,经度,纬度,{column}\n650,上行,1,东,114.04,22.73,{number}\n"
        f"650,上行,2,西,114.05,22.73,{number}\n",
        encoding="utf-8",
    )
    assert f"row 2 {column}" in refused(path, read_visits)


def test_points_of_no_place(tmp_path):
    """A GIS file may hold points that were never drawn."""
    features = [
        {"type": "Feature", "properties": {"站名": name},
         "geometry": {"type": "Point", "coordinates": place}}
        for name, place in (("东", []), ("西", [114, 22]))
    ]  # fmt: skip
    path = tmp_path / "stops.geojson"
    content = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(content), encoding="utf-8")
    assert read_raw(path).frame["lon"].tolist() == ["", "114.0"]


def zipped(names: list[bytes]) -> bytes:
    """A zip whose members have these names, whatever they are."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(len(names)):
            archive.writestr(f"name{number}\u00e9", b"x")
    raw = held.getvalue()
    for number, name in enumerate(names):
        raw = raw.replace(f"name{number}\u00e9".encode(), name.ljust(7, b"x"))
    return raw


def test_names_in_a_zip_that_are_no_texts(tmp_path):
    """Python's own reader of zips raises what one does not expect of it."""
    for ending, reader in ((".zip", read_gtfs), (".xlsx", read_raw)):
        path = tmp_path / f"bad{ending}"
        path.write_bytes(zipped([b"\x80\x80"]))
        assert "is no XLSX workbook" in refused(path, reader) or ending == ".zip"


def test_a_file_without_a_name_in_a_feed(tmp_path):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("a", b"x")
    raw = (tmp_path / "bad.zip").read_bytes()
    end = raw.index(b"PK\x01\x02")
    listed = bytearray(raw[end:]).replace(b"\x01\x00\x00\x00\x00\x00", b"\x00" * 6, 1)
    (tmp_path / "bad.zip").write_bytes(raw[:end] + listed)
    refused(tmp_path / "bad.zip", read_gtfs)
