"""What an official notice says of a scenario: sentences and change table."""

from __future__ import annotations

import pytest
from town import degrees, feed, make_feed, network

from transit.notice.alignment import hunks, kept, put_in, taken_out
from transit.notice.reading import read_notice
from transit.notice.writing import COLUMNS, notice_of
from transit.scenario.add_line import AddLine
from transit.scenario.headway import ChangeHeadway
from transit.scenario.lines import ExtendLine, MoveOrigin, Reroute, TruncateLine
from transit.scenario.scenario import Scenario
from transit.scenario.span import ChangeSpan
from transit.scenario.stops import NewStop, RemoveStop, RenameStop
from transit.scenario.whole_lines import RemoveLine


def new_stop(stop="N1", name="新园", east=500, north=400, *, indicative=True):
    lon, lat = degrees(east, north)
    return NewStop(stop_id=stop, stop_name=name, lon=lon, lat=lat, datum="WGS-84",
                   indicative=indicative, year=2021)  # fmt: skip


def told(*changes):
    return notice_of(network(), Scenario("t", changes, "调整公告"))


def test_terminal_moved_in_both_directions():
    """If this fails, a notice tells the wrong terminal, or does not say what is assumed.

    Streets are a lattice of 100 m. 远山 (1200, 1200) – 北站 (400, 1100) 900 m – 桥头 (200, 800)
    500 m – 银星 (700, 400) 900 m: 2.3 km; to 新园 (500, 400) 700 m in place of 900: 2.1 km. Back
    from the other kerb (700, 410): 890 + 500 + 900 = 2.3 km.
    """
    found = told(new_stop(), MoveOrigin(line="101", from_stop="银星", to_stop="N1"))
    assert found.sentences == (
        "101线：终点站由银星调整为新园（示意）。",
        "101线上行（往新园方向）调整后停靠站：远山、北站、桥头、新园（示意）。",
        "101线上行里程由2.3公里调整为2.1公里（示意）。",
        "101线下行（往远山方向）调整后停靠站：新园（示意）、桥头、北站、远山。",
        "101线下行里程由2.3公里调整为2.1公里（示意）。",
    )
    assert found.text.startswith("调整公告\n101线：")
    assert "注：“示意”" in found.text
    row = found.table.iloc[0]
    assert row["首末站（调整前）"] == "远山—银星"
    assert row["首末站（调整后）"] == "远山—新园"
    assert row["停靠站变化"] == "调整首末站"
    assert row["发车间隔（调整前）"] == "10分钟"  # 600 s
    assert row["发车间隔（调整后）"] == "不变"
    assert (row["里程（调整前，公里）"], row["里程（调整后，公里）"]) == (2.3, 2.1)
    assert row["示意"] == "停靠站、里程"


def test_stops_counted_in_pairs_and_sides():
    """If this fails, a notice counts stops as no office does.

    田心 is added in both directions (1 pair), 新园 in direction 0 only (1 side), 北站 goes in
    both (1 pair).
    """
    found = told(
        new_stop(),
        Reroute(line="101", direction_id=0, from_stop="S4", to_stop="S2", via=("S3", "N1")),
        Reroute(line="101", direction_id=1, from_stop="S2", to_stop="S4", via=("S3",)),
    )
    assert found.sentences[0] == (
        "101线：增加田心1对停靠站；上行增加新园（示意）1个单边停靠站；取消北站1对停靠站。"
    )
    assert set(found.table["停靠站变化"]) == {"新增1对1个，取消1对"}
    assert found.table["新增站点"].tolist() == ["田心、新园（示意）", "田心"]
    assert found.table["取消站点"].tolist() == ["北站", "北站"]


def test_several_names_are_a_list_with_their_count():
    """If this fails, 等 N 对 is not what is listed before it."""
    found = told(
        Reroute(line="101", direction_id=0, from_stop="S4", to_stop="S1"),
        Reroute(line="101", direction_id=1, from_stop="S1b", to_stop="S4"),
    )
    assert found.sentences[0] == "101线：取消北站、桥头等2对停靠站。"


def test_journeys_beside_those_of_today_are_added_journeys():
    """If this fails, a line that already calls at its stops is said to gain them all.

    101 out runs every 10 min (600 s) from 06:00 to 22:00. Beside it, by way of 田心 (950, 300):
    along the lattice 远山 (1200, 1200) – 北站 (400, 1100) 900 m – 田心 600 + 800 + 50 = 1450 m (in
    from the east: no bus turns half-way along a block) – 桥头 (200, 800) 750 + 500 = 1250 m – 银星
    (700, 400) 900 m: 4.5 km.
    """
    beside = Reroute(line="101", direction_id=0, from_stop="北站", to_stop="桥头", via=("田心",),
                     keep_original=True)  # fmt: skip
    found = told(beside)
    assert found.sentences == (
        "101线增开上行（往银星方向）〔06:00-22:00班次〕（发车间隔10分钟、里程4.5公里）："
        "依次停靠远山、北站、田心、桥头、银星。",
    )
    row = found.table.iloc[0]
    assert (row["新增站点"], row["取消站点"]) == ("田心", "")
    assert row["停靠站变化"] == "增开班次"
    back = read_notice(found.text, network())
    assert [remark.why for remark in back.remarks] == ["not understood"]
    assert back.scenario.changes == ()  # not taken for the list of the whole line


def test_extra_buses_and_rerouted_hours_add_no_stops():
    """If this fails, more buses or another course at some hours look like new stops."""
    more = told(ChangeHeadway(line="101", direction_id=0, headway_secs=300, start_time="07:00",
                              end_time="09:00", keep_original=True))  # fmt: skip
    assert len(more.sentences) == 1
    assert more.sentences[0].startswith(
        "101线增开上行（往银星方向）〔07:00-09:00班次〕（发车间隔5分钟、里程2.3公里）：依次停靠远山、"
    )
    assert more.table.iloc[0]["新增站点"] == ""
    other = told(Reroute(line="101", direction_id=0, from_stop="北站", to_stop="桥头",
                         via=("田心",), start_time="07:00", end_time="09:00"))  # fmt: skip
    assert not any("增" in sentence for sentence in other.sentences)
    assert (
        "101线上行（往银星方向）〔07:00-09:00班次〕调整后停靠站：远山、北站、田心、桥头、银星。"
        in other.sentences
    )
    assert "部分班次调整" in set(other.table["停靠站变化"])


def test_longer_and_shorter_lines():
    """If this fails, an extension reads as if the old terminal had gone."""
    longer = told(ExtendLine(line="007", end="end", stops=("S5",)))
    assert longer.sentences[0] == "007线：线路由远山延长至北站。"
    shorter = told(TruncateLine(line="007", end="end", stop="S3"))
    assert shorter.sentences[0] == "007线：线路由远山缩短至田心。"


def test_renamed_stop_names_its_lines_and_changes_no_course():
    """If this fails, a new sign looks like a stop closed and another one opened."""
    found = told(RenameStop(stop="银星", stop_name="科技园"))
    assert found.sentences == ("停靠站银星更名为科技园（007线、101线、8字线、环1线）。",)
    assert found.table.empty
    one = told(RenameStop(stop="S1b", stop_name="科技园"))
    assert one.sentences == ("停靠站“银星（单边）”更名为科技园（101线）。",)


def test_hours_and_headways():
    """If this fails, passengers read hours or headways that nobody runs."""
    found = told(
        ChangeSpan(line="101", first_departure="06:30", last_departure="22:30"),
        ChangeHeadway(line="101", headway_secs=450, direction_id=0),
    )
    assert found.sentences == (
        "101线上行首末班时间由06:00-22:00调整为06:30-22:30；上行发车间隔由10分钟调整为450秒。",
        "101线下行首末班时间由06:00-22:00调整为06:30-22:30。",
    )
    alike = told(ChangeHeadway(line="101", headway_secs=1200))
    assert alike.sentences == ("101线发车间隔由10分钟调整为20分钟。",)
    peak = told(
        ChangeHeadway(line="101", headway_secs=300, start_time="07:00", end_time="09:00",
                      direction_id=0)
    )  # fmt: skip
    assert peak.sentences == ("101线上行07:00-09:00发车间隔由10分钟调整为5分钟。",)
    shown = peak.table["发车间隔（调整后）"].item()
    assert shown == "06:00-07:00 10分钟、07:00-09:00 5分钟、09:00-22:00 10分钟"


def test_lines_that_come_and_go():
    """If this fails, a line withdrawn or opened is not told as such."""
    assert told(RemoveLine(line="007")).sentences == ("撤销007线。",)
    opened = told(
        AddLine(route_id="X1", route_short_name="X1", stops=("S3", "S5"), indicative=False,
                year=2021)
    )  # fmt: skip
    # 田心 (950, 300) – 北站 (400, 1100): 550 + 800 m = 1.35 km.
    assert opened.sentences[:2] == (
        "新开X1线。",
        "X1线上行（往北站方向）调整后停靠站：田心、北站。",
    )
    assert opened.table["调整前停靠站"].item() == ""


def test_nothing_changed_for_lines_is_an_empty_table():
    """If this fails, a stop that no line calls at yet breaks the notice."""
    found = told(new_stop())
    assert found.sentences == ()
    assert list(found.table.columns) == list(COLUMNS)
    assert found.text == "调整公告\n注：本方案不调整任何公交线路。\n"
    assert "<table>" in found.html()


HOSTILE = '=HYPERLINK("x")<script>|、\t{{7*7}}'


def hostile():
    stops = {"A": (HOSTILE, 0, 0, ""), "B": ("乙", 500, 0, ""), "C": ("丙", 900, 0, "")}
    town = network(make_feed(stops, {"R_0": ("=1+1", 0, "A B C")}))
    return notice_of(town, Scenario("t", (RemoveStop(stop="B", line="=1+1"),), "<b>@T\nx"))


def test_names_cannot_break_out():
    """If this fails, a stop's name runs as a script, a formula or a second cell."""
    found = hostile()
    page = found.html()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<b>" not in page
    lines = found.tsv().split("\r\n")
    assert len(lines) == 3  # head, one row, nothing after the last line break
    assert [len(line.split("\t")) for line in lines[:2]] == [len(COLUMNS)] * 2
    assert lines[1].startswith("'=1+1线\t")
    rows = found.markdown().splitlines()
    assert len(rows) == 3
    # Every bar of the row that is not escaped parts two cells.
    assert rows[2].replace("\\|", "").count("|") == len(COLUMNS) + 1
    assert "<" not in rows[2].replace("\\<", "")


def test_a_notice_is_the_same_every_time():
    """If this fails, two prints of one notice differ and nobody knows which is in force."""
    change = MoveOrigin(line="101", from_stop="银星", to_stop="S3")
    turned = feed.__wrapped__()
    backwards = turned.with_tables(stops=turned.stops[::-1], calls=turned.calls[::-1])
    pair = [notice_of(town, Scenario("t", (change,))) for town in (network(), network(backwards))]
    assert pair[0].text == pair[1].text
    assert pair[0].html() == pair[1].html()


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        ("A B C", "A X C D", [(0, 0), (2, 2)]),
        # A loop: the terminal at both ends stays; the earliest of two ways is taken.
        ("A B A", "A A", [(0, 0), (2, 1)]),
        ("A B", "C D", []),
        ("A", "A", [(0, 0)]),
    ],
)
def test_what_stays_is_as_much_as_can_be(before, after, stays):
    """If this fails, a notice lists stops as gone that are still there."""
    assert kept(before.split(), after.split()) == stays


def test_stretches_that_differ():
    """If this fails, changes are written for stops that did not change."""
    assert hunks(["A", "B"], ["A", "B"]) == []
    assert taken_out(["A", "B", "C", "B"], ["A", "C", "B"]) == ["B"]
    assert taken_out(["A", "B", "C"], ["C", "B", "A"]) == []  # driven the other way round
    assert put_in(["A", "C", "B"], ["A", "B", "C", "B"]) == ["B"]
