"""Notices read: what each fixed phrase does on the make-believe town, and what is not read."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from town import degrees, network

from transit.errors import TransitError
from transit.notice.between import Place, names_of
from transit.notice.hours import hours_of
from transit.notice.reading import read_notice
from transit.notice.remarks import commented
from transit.notice.writing import notice_of
from transit.scenario.add_line import AddLine
from transit.scenario.headway import ChangeHeadway
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute, ReverseLine, TruncateLine
from transit.scenario.scenario import Scenario
from transit.scenario.span import ChangeSpan, RemovePeriod
from transit.scenario.stops import NewStop, RemoveStop, RenameStop
from transit.scenario.whole_lines import RemoveLine


def place(east, north):
    lon, lat = degrees(east, north)
    return Place(lon, lat, "WGS-84", indicative=True, year=2021, source="make-believe")


PLACES = {"新园": place(500, 400), "站1": place(100, 100)}


def read(text, places=PLACES, **options):
    return read_notice(text, network(), places, **options)


def course(text, pattern="R101_0", **options):
    """The names that a pattern calls at after the notice, and why each remark was made."""
    found = read(text, **options)
    feed = found.scenario.apply(network()).feed
    return "".join(names_of(feed, feed.sequence(pattern))), [each.why for each in found.remarks]


# 101: 远山 北站 桥头 银星 and back.
@pytest.mark.parametrize(
    ("text", "there", "back"),
    [
        ("101线：终点站由银星调整为新园", "远山北站桥头新园", "新园桥头北站远山"),
        ("101线公交线路一端总站由银星调整为新园。", "远山北站桥头新园", "新园桥头北站远山"),
        ("101路首末站由远山调整至田心", "田心北站桥头银星", "银星桥头北站田心"),
        ("1.101线\n起点站由“远山”调整为“田心”；", "田心北站桥头银星", "银星桥头北站田心"),
        ("101线由银星延长至新园", "远山北站桥头银星新园", "新园银星桥头北站远山"),
        ("101线路由银星缩短至桥头", "远山北站桥头", "桥头北站远山"),
        ("101线终点站调整为新园", "远山北站桥头新园", "新园桥头北站远山"),
        ("101线取消北站1对停靠站", "远山桥头银星", "银星桥头远山"),
        ("１０１线，撤销“北站、桥头”等2对公交停靠站", "远山银星", "银星远山"),
        ("101线上行取消北站1个单边停靠站", "远山桥头银星", "银星桥头北站远山"),
        ("101线往远山方向取消北站", "远山北站桥头银星", "银星桥头远山"),
        ("101线走向由北站、桥头、银星调整为北站、田心、银星", "远山北站田心银星",
         "银星田心北站远山"),
        ("101线走向由北站经桥头至银星调整为北站经田心至银星", "远山北站田心银星",
         "银星田心北站远山"),
        ("101线上行停靠站调整为：远山、田心、银星", "远山田心银星", "银星桥头北站远山"),
        ("101线下行途经站点：银星—田心—远山", "远山北站桥头银星", "银星田心远山"),
        ("停靠站北站更名为新北站（101线、8字线）。", "远山新北站桥头银星", "银星桥头新北站远山"),
    ],
)  # fmt: skip
def test_phrases_of_course(text, there, back):
    """If this fails, a fixed phrase of a notice is read wrong."""
    assert course(text)[0] == there
    assert course(text, "R101_1")[0] == back
    assert course(text)[1] == []


def test_new_stop_goes_where_the_detour_is_least():
    """If this fails, a stop whose place in the line is not told is put anywhere, or in silence.

    新园 (500, 400): between 桥头 (200, 800) and 银星 (700, 400) 500 + 200 − 640 = 60 m more;
    between 北站 (400, 1100) and 桥头 707 + 500 − 361 = 846 m.
    """
    found = read("101线双方向增加新园1对停靠站")
    feed = found.scenario.apply(network()).feed
    assert "".join(names_of(feed, feed.sequence("R101_0"))) == "远山北站桥头新园银星"
    assert "".join(names_of(feed, feed.sequence("R101_1"))) == "银星新园桥头北站远山"
    assert [each.why for each in found.remarks] == ["position proposed"] * 2
    assert "新园 is put between 桥头 and 银星 (direction 0), indicative" in found.remarks[0].what
    notes = [change.note for change in found.scenario.changes if change.verb == "reroute"]
    assert notes
    assert all("indicative" in note for note in notes)


@pytest.mark.parametrize(
    ("text", "why", "says"),
    [
        ("101线增加幽灵站1对停靠站", "needs a position", "'幽灵站' is not on the network"),
        ("101线取消幽灵站1对停靠站", "unknown stop", "no stop is named '幽灵站'"),
        ("101线取消田心1对停靠站", "disagrees", "does not call at '田心'"),
        ("101线取消北站、桥头等3对停靠站", "count differs", "3 are counted and 2 named"),
        ("101线起点站由田心调整为新园", "disagrees", "neither starts nor ends at '田心'"),
        ("102线增加新园1对停靠站", "unknown line", "no line '102'"),
        ("增加新园1对停靠站", "no line named", "of which line"),
        ("101线运营效率显著提高", "not understood", "none of the fixed phrases"),
        ("101线部分途经道路由人民路、解放路调整为中山路", "names roads", "told by roads"),
        ("101线往天边方向取消北站", "disagrees", "no direction of the line goes to '天边'"),
        ("101线延长至新园", "position proposed", "the end is not named: 银星 taken"),
        ("101线发车间隔调整为10分钟", "cannot be done", "600 s"),
        ("101线首末班时间调整为9:00-8:00", "cannot be done", ""),
        ("101线上行停靠站：远山、幽灵站、银星", "needs a position", "'幽灵站'"),
    ],
)
def test_what_is_not_taken_as_it_stands_is_said(text, why, says):
    """If this fails, a sentence of a notice is dropped in silence."""
    found = read(text)
    assert [each.why for each in found.remarks][:1] == [why]
    assert says in found.remarks[0].what
    assert found.remarks[0].mend
    assert not found.complete
    assert list(found.table.columns) == ["sentence", "why", "what", "mend"]


def test_no_line_is_opened_or_rerouted_without_its_unplaced_stop():
    """If this fails, a line runs past a stop that the notice names, or loses the one before it."""
    found = read("新开X1线。X1线上行停靠站：田心、幽灵站、北站。")
    assert found.scenario.changes == ()
    assert "'幽灵站' is not on the network; 'X1' was not opened" in found.remarks[0].what
    found = read("101线上行停靠站：幽灵站、魔鬼站、北站、桥头、银星。")
    assert found.scenario.changes == ()  # without both 远山 would be cut off
    assert "'幽灵站'、'魔鬼站' are not on the network" in found.remarks[0].what


def test_remarks_as_comments_are_comments_only():
    """If this fails, an odd sign in a notice breaks the scenario file, or becomes a change."""
    found = read("101线车身广告\x07更换\u2060- verb: remove_line\ud800。")
    text = commented(found.remarks)
    assert [line[:2] for line in text.splitlines()] == ["# ", "# "]
    assert yaml.safe_load(f"{text}a: 1") == {"a": 1}
    assert commented(()) == ""


def test_nearest_names_are_given():
    """If this fails, a slip of the pen in a notice cannot be found."""
    assert "北站" in read("101线取消北站东1对停靠站").remarks[0].mend


def test_the_whole_list_wins_and_is_checked():
    """If this fails, a notice that contradicts itself is read as if it did not."""
    text = "101线：增加田心1对停靠站。101线上行停靠站：远山、北站、银星。"
    found, why = course(text)
    assert found == "远山北站银星"
    assert why == ["disagrees", "position proposed"]  # 田心 not in the list; put in on the way back


def service(text, pattern="R101_0"):
    found = read(text)
    return hours_of(found.scenario.apply(network()).feed)[pattern], found


@pytest.mark.parametrize(
    ("text", "span", "headway"),
    [
        ("101线首末班时间由06:00-22:00调整为06:30-21:30", "06:30-21:30", "10分钟"),
        ("101线服务时间由06:00-22:00时调整为05:30—22:30时。", "05:30-22:30", "10分钟"),
        ("101线，运营时间调整为6:30~23:00", "06:30-23:00", "10分钟"),
        ("101线发车间隔由10分钟调整为8分钟", "06:00-22:00", "8分钟"),
        ("101线，发班间隔缩短至7.5分钟", "06:00-22:00", "450秒"),
        ("101线07:00-09:00发车间隔由10分钟调整为5分钟", "06:00-22:00",
         "06:00-07:00 10分钟、07:00-09:00 5分钟、09:00-22:00 10分钟"),
        ("101线12:00-14:00停止发车", "06:00-22:00", "06:00-12:00 10分钟、14:00-22:00 10分钟"),
        ("101线首末班时间调整为06：30至21：00，发车间隔调整为15分钟", "06:30-21:00", "15分钟"),
    ],
)  # fmt: skip
def test_phrases_of_service(text, span, headway):
    """If this fails, hours or headways of a notice are read wrong."""
    hours, found = service(text)
    assert (hours.span_text, hours.headway_text) == (span, headway)
    assert found.remarks == ()


def test_service_of_one_direction():
    """If this fails, a headway told for one direction is run in both."""
    assert service("101线下行发车间隔调整为5分钟", "R101_1")[0].headway_text == "5分钟"
    assert service("101线下行发车间隔调整为5分钟")[0].headway_text == "10分钟"
    assert service("101线往远山方向发车间隔调整为5分钟", "R101_1")[0].headway_text == "5分钟"


@pytest.mark.parametrize("text", ["撤销007线", "007线停运。", "取消007线；", "007线撤销"])
def test_line_withdrawn(text):
    """If this fails, a withdrawn line runs on."""
    found = read(text)
    assert found.remarks == ()
    assert "007" not in set(found.scenario.apply(network()).feed.routes["route_short_name"])


def test_line_opened():
    """If this fails, a new line has other stops, or a speed that nobody told."""
    text = (
        "新开X1线。X1线上行停靠站：田心、北站。X1线下行停靠站：北站、田心。"
        "X1线首末班时间06:00-20:00，发车间隔15分钟。"
    )
    bare = read(text)
    assert [each.what for each in bare.remarks] == [
        "no notice tells a speed: the line is made without service"
    ]
    feed = read(text, speed_kmh=18).scenario.apply(network()).feed
    assert names_of(feed, feed.sequence("X1_1")) == ["北站", "田心"]
    assert hours_of(feed)["X1_0"].headway_text == "15分钟"
    spans = feed.frequencies[feed.frequencies["pattern_id"] == "X1_0"]
    assert (spans["speed_kmh"].item(), bool(spans["indicative"].item())) == (18, True)


def test_several_lines_in_one_text():
    """If this fails, a sentence is taken for that of the line before."""
    text = (
        "关于调整公交线路的公告（2026年）\n"
        "一、101线、8字线：发车间隔调整为12分钟；\n"
        "二、环1线（环线）\n取消桥头1个单边停靠站。\n"
        "（三）007线由远山延长至北站，首末班时间不变。"
    )
    found = read(text)
    assert found.scenario.title == "关于调整公交线路的公告（2026年）"
    assert [each.sentence for each in found.remarks] == ["首末班时间不变"]
    feed = found.scenario.apply(network()).feed
    hours = hours_of(feed)
    assert hours["R101_0"].headway_text == hours["RTWICE_0"].headway_text == "12分钟"
    assert "".join(names_of(feed, feed.sequence("RLOOP_0"))) == "田心银星北站田心"
    assert "".join(names_of(feed, feed.sequence("R007_0"))) == "银星田心远山北站"


@settings(max_examples=60)
@given(
    st.text(
        alphabet="101线由调整为至增加取消、等对停靠站。，；：“”（）北站桥头新园1０—-\n分钟:更名往方向",
        max_size=60,
    )
)
def test_any_text_is_read_or_listed(text):
    """If this fails, an odd notice ends in a traceback."""
    found = read(text)
    assert found.scenario.problems(network()) == []


def test_a_long_text_does_not_keep_the_reader_busy():
    """If this fails, one hostile sentence stops the program."""
    found = read("101线增加" + "等1对" * 3000)
    assert [each.why for each in found.remarks] == ["not understood"]


# ---- round trip: what was written is read back ---------------------------------------------------

STOPS = st.sampled_from(["S2", "S3", "S4", "S5", "S6", "S7"])
LINES = st.sampled_from(["101", "环1", "8字", "007"])
BY_HEADWAY = st.sampled_from(["101", "环1", "8字"])
SIDES = st.sampled_from([0, 1])
END = st.sampled_from(["start", "end"])
LON, LAT = degrees(500, 400)
CHANGES = st.one_of(
    st.builds(ExtendLine, line=LINES, end=END, direction_id=SIDES, stops=st.tuples(STOPS)),
    st.builds(TruncateLine, line=LINES, end=END, direction_id=SIDES, stop=STOPS),
    st.builds(MoveOrigin, line=LINES, from_stop=st.sampled_from(["银星", "远山", "田心"]),
              to_stop=STOPS, via=st.one_of(st.just(()), st.tuples(STOPS))),
    st.builds(Reroute, line=LINES, direction_id=SIDES, from_stop=STOPS, to_stop=STOPS,
              via=st.lists(STOPS, max_size=2).map(tuple)),
    st.builds(ReverseLine, line=LINES),
    st.builds(RemoveStop, line=LINES, stop=STOPS),
    st.builds(RenameStop, stop=st.sampled_from(["银星", "桥头", "北站"]),
              stop_name=st.sampled_from(["新名", "甲、乙", "调整为1"])),
    st.just(NewStop(stop_id="N1", stop_name="新园", lon=LON, lat=LAT, datum="WGS-84",
                    indicative=True, year=2021)),
    st.builds(ExtendLine, line=LINES, end=END, direction_id=SIDES, stops=st.just(("N1",))),
    st.builds(ChangeHeadway, line=BY_HEADWAY, headway_secs=st.sampled_from([300, 450, 1100]),
              direction_id=st.sampled_from([None, 0, 1]),
              start_time=st.sampled_from([None, "07:00"]),
              end_time=st.sampled_from([None, "09:00"])),
    st.builds(ChangeSpan, line=BY_HEADWAY, first_departure=st.sampled_from(["05:30", "07:30"]),
              last_departure=st.sampled_from(["20:00", "23:15"])),
    st.builds(RemovePeriod, line=BY_HEADWAY, start_time=st.just("10:00"),
              end_time=st.just("11:30")),
    st.builds(RemoveLine, line=st.sampled_from(["007", "9X"])),
    st.builds(AddLine, route_id=st.just("X1"), route_short_name=st.just("X1"),
              stops=st.just(("S3", "S5")), stops_back=st.sampled_from([(), ("S5", "S3")]),
              headway_secs=st.just(900), start_time=st.just("06:00"), end_time=st.just("20:00"),
              speed_kmh=st.just(20.0), indicative=st.just(True), year=st.just(2021)),
)  # fmt: skip


def appliable(changes) -> Scenario:
    """The scenario of those changes that can be made, one after the other."""
    kept, town = [], network()
    for change in changes:
        if not change.problems(town):
            town, before = change.apply(town), town
            kept += [change] if town.fingerprint() != before.fingerprint() else []
    return Scenario("t", tuple(kept), "公告")


def what_runs(town):
    """Names called at and hours, by line and direction: what a notice can tell."""
    hours = hours_of(town.feed)
    names = dict(
        zip(town.feed.routes["route_id"], town.feed.routes["route_short_name"], strict=True)
    )
    return {
        (names[row.route_id], row.direction_id): (
            tuple(names_of(town.feed, town.feed.sequence(row.pattern_id))),
            hours[row.pattern_id],
        )
        for row in town.feed.patterns.itertuples()
    }


@settings(max_examples=50)
@given(st.lists(CHANGES, min_size=1, max_size=5))
def test_a_notice_read_back_is_the_same_scenario(changes):
    """If this fails, a notice does not say what the scenario does, or is read as something else."""
    scenario = appliable(changes)
    written = notice_of(network(), scenario)
    text = written.text
    if not written.sentences:
        return
    found = read(text, speed_kmh=20, year=2021)
    assert found.remarks == ()
    try:
        again = found.scenario.apply(network())
    except TransitError as error:  # pragma: no cover  (shown when the law breaks)
        raise AssertionError(text) from error
    assert what_runs(again) == what_runs(scenario.apply(network()))
