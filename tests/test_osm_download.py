"""If these fail, a planner's download of a city is lost when it breaks off, or is not whole.

The server on this machine tells only what lies in the area asked for, as Overpass does. The town
of ``osm_fixtures/town.osm`` is 0.015° wide and 0.0095° high: tiles of 0.006° cut it into six, in
two rows that meet on the equator, where High Street runs.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import overpass_server
import pytest
from bundle import run
from overpass_server import Answers, elements_of, serving
from test_fetch import osm_xml

from transit.errors import DataError, Problem, UsageError
from transit.sources.osm import kept as kept_module
from transit.sources.osm import read_overpass
from transit.sources.osm.overpass import LiveOptions

TOWN = Path(__file__).parent / "osm_fixtures" / "town.osm"
TOWN_BOX = (8.995, -0.0045, 9.010, 0.005)

nothing_but_this_machine = overpass_server.nothing_but_this_machine
settings_stay = overpass_server.settings_stay


@pytest.fixture
def town():
    """The make-believe town without the way that lacks a node: Overpass never lacks any."""
    elements = [e for e in elements_of(TOWN) if 99 not in e.get("nodes", ())]
    return Answers(elements, by_place=True)


@pytest.fixture
def options(tmp_path):
    return LiveOptions(timeout_s=5, waits_s=(), cache_folder=tmp_path / "answers", tile_deg=0.006)


def ask(urls, options, **changes):
    servers = [f"{url}/api" for url in ([urls] if isinstance(urls, str) else urls)]
    return read_overpass(
        **{"bbox": TOWN_BOX, "overpass_url": servers, "options": options, **changes}
    )


def same(one, other):
    """Whether two networks have the same streets, stops and lines, in whatever order."""
    for table in ("stops", "routes", "patterns", "calls"):
        first, second = (
            getattr(n.feed, table).pipe(lambda t: t.sort_values(list(t.columns[:2])))
            for n in (one, other)
        )
        assert first.reset_index(drop=True).equals(second.reset_index(drop=True)), table
    assert pieces(one.streets) == pieces(other.streets)
    return True


def pieces(streets):
    """Each street piece by its way, its course to a centimetre, and who may go which way."""
    flags = ["foot_forward", "foot_backward", "motor_forward", "motor_backward"]
    found = []
    for row, edge in enumerate(streets.edges.to_dict("records")):
        course = streets.coords[streets.offsets[row] : streets.offsets[row + 1]].round(2)
        found.append(
            (edge["way_id"], *map(tuple, course.tolist()), *(edge[flag] for flag in flags))
        )
    return sorted(found, key=repr)


# ------------------------------------------------------------------ tiles


@pytest.mark.parametrize("tile_deg", [0.003, 0.007])
def test_tiles_are_joined_without_gaps_or_duplicates(town, options, tile_deg, tmp_path):
    """If this fails, a city's streets are cut or doubled along the borders of tiles."""
    with serving(town) as url:
        tiled = ask(url, replace(options, tile_deg=tile_deg))
        whole = ask(url, replace(options, tile_deg=1, cache_folder=tmp_path / "whole"))
    assert len(whole.network.streets) == 15
    assert same(tiled.network, whole.network)
    assert tiled.left_out.equals(whole.left_out)


def test_a_run_that_is_killed_goes_on(town, options):
    """If this fails, a download of an hour begins anew after each failure.

    Each of the six tiles is four requests: two for streets, one for stops, one for lines. The
    server dies after ten: two tiles and the streets of the third are kept.
    """
    answered = town.to

    def then_die(path, query):
        town.always = (500, "dead") if len(town.asked) >= 10 else None
        return answered(path, query)

    town.to = then_die
    with serving(town) as url, pytest.raises(DataError, match="answered 500"):
        ask(url, options)
    assert len(list(options.cache_folder.iterdir())) == 2 * 3 + 1
    town.to, town.always = answered, None
    town.asked.clear()
    with serving(town) as url:
        network = ask(url, options).network
        assert len(town.asked) == 6 * 4 - 10
        town.asked.clear()
        again = ask(url, options).network
    assert not town.asked
    assert again.fingerprint() == network.fingerprint()


def test_tiles_are_shared_by_areas_that_overlap(town, options):
    """If this fails, the next area over the same ground is downloaded anew."""
    with serving(town) as url:
        ask(url, options)
        town.asked.clear()
        ask(url, options, bbox=(8.996, -0.0045, 9.010, 0.005))
    assert not town.asked


def test_an_area_that_is_too_large_is_refused_before_anything_is_asked(town, options):
    """If this fails, a slip in a box puts a thousand questions to a public server."""
    with serving(town) as url:
        with pytest.raises(UsageError, match="take an extract"):
            ask(url, replace(options, tile_deg=0.1), bbox=(8, -5, 13, 5))
        with pytest.raises(UsageError, match="take an extract"):
            ask(url, replace(options, tile_deg=0.001), bbox=(-180, -90, 180, 90))
        for size in (0, -1, float("nan"), float("inf"), 1e-9):
            with pytest.raises(UsageError, match="is no size of a tile"):
                ask(url, replace(options, tile_deg=size))
    assert not town.asked


def test_what_was_edited_between_two_tiles_is_counted(town, options):
    """If this fails, tiles of different days are joined in silence.

    High Street is on the border: it is told with the first row of tiles and with the second.
    """
    answered = town.to

    def edited(path, query):
        if len(town.asked) == 3 * 4:
            for e in town.elements:
                if e["type"] == "way" and e["id"] == 1:
                    e["tags"]["name"] = "Low Street"
        return answered(path, query)

    town.to = edited
    with serving(town) as url:
        reading = ask(url, options)
    doubts = reading.left_out[reading.left_out["what"] == "objects in doubt"]
    assert doubts["count"].tolist() == [1]
    names = reading.network.streets.edges.query("way_id == 'way/1'")["street_name"]
    assert set(names) == {"Low Street"}


# ------------------------------------------------------------------ servers


def test_the_next_server_is_asked_and_said(town, options):
    """If this fails, one server's bad day stops a planner, or nobody knows whose data these are."""
    dead, told = Answers(), []
    dead.always = (504, "<p>x</p><p>The server is probably too busy</p>")
    with serving(dead) as first, serving(town) as second:
        reading = ask([first, second], replace(options, progress=told.append))
    assert reading.answered == (f"{second}/api",)
    assert len(dead.asked) == 1  # the one that served is asked first from then on
    assert "answered 504 Gateway Timeout: The server is probably too busy" in told[0].said
    host = second.removeprefix("http://")
    assert str(told[1]) == f"1 of {told[1].of}: streets of tile 1 of {told[1].of // 3} from {host}"
    assert told[-1].done == told[-1].of == len(told) - 1
    assert [one.done for one in told[1:]] == list(range(1, told[-1].of + 1))


def test_fetch_tells_which_server_answered(tmp_path, monkeypatch):
    """If this fails, a planner who fetches an area cannot say whose data it is made of.

    The servers know the real streets of the bundled area, which are our own drawing of them.
    """
    monkeypatch.chdir(tmp_path)  # answers are kept in ./cache unless told otherwise
    dead = Answers()
    dead.always = (504, "busy")
    extract = tmp_path / "guanlan.osm"
    extract.write_text(osm_xml(), encoding="utf-8")
    with serving(dead) as first, serving(Answers(elements_of(extract))) as second:
        urls = ("--overpass-url", f"{first}/api", "--overpass-url", f"{second}/api")
        ran = run("fetch", tmp_path / "new", *urls)
    assert (ran.code, ran.err) == (0, "")
    assert f"Answered by: {second}/api." in ran.text
    assert (tmp_path / "new" / "area.yaml").is_file()


def test_every_server_is_named_when_none_serves(options):
    """If this fails, a planner cannot tell the network from the servers."""
    refusing, broken = Answers(), Answers()
    refusing.always, broken.always = (403, "no"), (200, "<html></html>")
    with serving(refusing) as first, serving(broken) as second:
        with pytest.raises(DataError) as caught:
            ask([first, second], options)
        assert [problem.where for problem in caught.value.problems] == [
            f"server {first}/api", f"server {second}/api",
        ]  # fmt: skip
    assert "answered 403" in caught.value.problems[0].what
    assert "not JSON" in caught.value.problems[1].what


def test_no_server_and_no_address(options):
    """If this fails, a slip in a list of servers is a traceback."""
    for urls, says in (([], "names no server"), (["x"], "is not a web address")):
        with pytest.raises(UsageError, match=says):
            read_overpass(bbox=TOWN_BOX, overpass_url=urls, options=options)


@pytest.mark.parametrize(
    ("body", "mend"),
    [
        ('{"elements": [], "remark": "runtime error: Query run out of memory"}', "smaller tiles"),
        ('{"elements": [], "remark": "runtime error: Query timed out in x"}', "smaller tiles"),
        ('{"elements": [], "remark": "runtime error: x\\u001b[2J"}', "try again later"),
        ("", "try again later"),
        ('{"elements": {}}', "try again later"),
        ('{"elements": [{"type": "way", "id": 1, "nodes": [1, 2], "tags": {"highway": "x"}}]}',
         "another server"),
        ("[" * 100_000, "try again later"),
        ('{"elements": [{"type": "node", "id": 1, "lat": 1%s, "lon": 9, "tags": {"highway": '
         '"bus_stop"}}]}' % ("0" * 400), "another server"),
        ('{"elements": [' + "9" * 10_000 + "]}", "try again later"),
    ],
)  # fmt: skip
def test_each_refusal_has_its_own_mend(town, options, body, mend):
    """If this fails, a planner is told to wait for what only a smaller tile can mend."""
    town.always = (200, body)
    with serving(town) as url, pytest.raises(DataError, match=mend) as caught:
        ask(url, options)
    assert "\x1b" not in str(caught.value)


def test_a_login_page_is_told_as_such(town, options):
    """If this fails, a hotel's network reads as a fault of the server."""
    portal = Answers()
    portal.always = (200, "<html>log in</html>")
    with serving(portal) as elsewhere, serving(town) as url:
        town.always = (302, "", {"Location": f"{elsewhere}/login"})
        with pytest.raises(DataError, match="log in first") as caught:
            ask(url, options)
        assert elsewhere.removeprefix("http://") in caught.value.problems[0].what


def test_a_trickle_is_not_waited_for(town, options, monkeypatch):
    """If this fails, a server that sends a byte now and then holds a run for days.

    Each look at the clock is 100 s after the last, and a whole answer has 900 s.
    """
    clock = iter(range(0, 10**9, 100))
    town.always = (200, lambda file: [file.write(b" ") or file.flush() for _ in range(100_000)])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    with serving(town) as url, pytest.raises(DataError, match="no whole answer within 900 s"):
        ask(url, options)


def test_a_flood_is_cut_off(town, options):
    """If this fails, a broken server fills the memory."""
    town.always = (200, lambda file: [file.write(b" " * 65536) for _ in range(1000)])
    with serving(town) as url, pytest.raises(DataError, match="more than 1 MB"):
        ask(url, replace(options, answer_mb=1))


def test_an_answer_cut_short(town, options):
    """If this fails, half an answer passes for a whole one, or is a traceback."""
    town.always = (200, lambda file: file.write(b'{"elements": ['), {"Content-Length": "1000"})
    with serving(town) as url, pytest.raises(DataError, match=r"cannot be reached|not JSON"):
        ask(url, options)


# ------------------------------------------------------------------ kept answers


def damage(folder, how):
    for path in sorted(folder.iterdir()):
        how(path)


def aged(days):
    def change(path):
        entry = json.loads(path.read_text(encoding="ascii"))
        entry["asked_at"] = (datetime.now(tz=UTC) - timedelta(days=days)).isoformat()
        path.write_text(json.dumps(entry), encoding="ascii")

    return change


@pytest.mark.parametrize(
    "how",
    [
        lambda path: path.write_bytes(path.read_bytes()[:200]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\xff\xfe\0"),
        lambda path: path.write_text("[" * 100_000),
        lambda path: path.write_text('{"question": 1}'),
        lambda path: path.write_text(path.read_text().replace('"answer"', '"reply"')),
        lambda path: path.write_text(path.read_text().replace("9.0", "null")),
        lambda path: path.write_text(path.read_text().replace('"asked_at": "2', '"asked_at": "x')),
        lambda path: (path.unlink(), path.mkdir()),
        aged(8),
        aged(-8),
    ],
    ids=["cut", "empty", "bytes", "deep", "other", "no answer", "nulls", "no date", "folder",
         "old", "future"],
)  # fmt: skip
def test_a_kept_answer_that_is_damaged_or_old_is_asked_for_anew(town, options, how):
    """If this fails, one bad file in the cache stops every later run, or gives old lines."""
    with serving(town) as url:
        first = ask(url, replace(options, tile_deg=1))
        damage(options.cache_folder, how)
        town.asked.clear()
        again = ask(url, replace(options, tile_deg=1))
        assert len(town.asked) == 4
    assert again.network.fingerprint() == first.network.fingerprint()


def test_kept_answers_serve_whoever_gave_them(town, options):
    """If this fails, a change of server loads everything anew; and it is said who answered then."""
    with serving(town) as url:
        first = ask(url, options)
    told = []
    again = ask("http://127.0.0.1:9", replace(options, progress=told.append))
    assert again.network.fingerprint() == first.network.fingerprint()
    assert again.answered == first.answered
    assert "kept from 127.0.0.1" in told[0].said


def test_a_full_disk_costs_nothing_that_was_downloaded(town, options, monkeypatch):
    """If this fails, an hour's download is lost because its cache cannot be written."""
    told = []

    def full(*_):
        raise DataError(Problem("x", "cannot be written (No space left)", "y"))

    monkeypatch.setattr(kept_module, "write_bytes", full)
    with serving(town) as url:
        assert len(ask(url, replace(options, progress=told.append)).network.streets)
    assert "No space left" in told[0].said
    assert not options.cache_folder.exists()


def test_names_that_no_text_can_hold_are_refused(town, options):
    """If this fails, a lone surrogate in an answer ends in a traceback when it is written."""
    for element in town.elements:
        element["tags"]["note"] = "\ud800"
    with serving(town) as url, pytest.raises(DataError, match="not understood"):
        ask(url, options)
