"""Stops made of calls, on a make-believe street where every distance is known beforehand.

Places are metres east and north of a point at 114° E, 22.7° N. Main street runs east; buses that
go east call on its south side (north = 0), those that go west on its north side (north = 20).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from transit.errors import DataError, UsageError
from transit.output import write_csv
from transit.sources.consolidate import consolidate
from transit.sources.tables import read_raw
from transit.units import project, unproject

CRS = "EPSG:4547"
ORIGIN = project([[114.0, 22.7]], CRS)[0]

Call = tuple[str, float, float]
# Neighbours far away on both sides, so that every course goes straight along the street.
WEST, EAST = ("西端", -2000.0, 0.0), ("东端", 2000.0, 0.0)
WEST_BACK, EAST_BACK = ("西端", -2000.0, 20.0), ("东端", 2000.0, 20.0)


def visits(lines: dict[str, list[Call]]) -> pd.DataFrame:
    """Calls of ``lines``, by pattern id; the line's id is the part before the underscore."""
    rows = [
        (pattern, pattern.split("_")[0], number, name, east, north)
        for pattern, calls in lines.items()
        for number, (name, east, north) in enumerate(calls, 1)
    ]
    columns = ["pattern_id", "route_id", "stop_sequence", "stop_name", "east", "north"]
    table = pd.DataFrame(rows, columns=columns)
    lonlat = unproject(table[["east", "north"]].to_numpy() + ORIGIN, CRS)
    return table.drop(columns=["east", "north"]).assign(lon=lonlat[:, 0], lat=lonlat[:, 1])


def eastward(*calls: Call) -> list[Call]:
    return [WEST, *calls, EAST]


def westward(*calls: Call) -> list[Call]:
    return [EAST_BACK, *calls, WEST_BACK]


def stop_of(made, pattern: str, sequence: int) -> pd.Series:
    """The stop that a call was made at."""
    calls = made.calls.set_index(["pattern_id", "stop_sequence"])
    return made.stops.set_index("stop_id").loc[calls["stop_id"][(pattern, sequence)]]


def one_stop(made, *calls: tuple[str, int]) -> bool:
    return len({stop_of(made, *call).name for call in calls}) == 1


def one_place(made, *calls: tuple[str, int]) -> bool:
    parents = {stop_of(made, *call)["parent_station"] for call in calls}
    return one_stop(made, *calls) or (len(parents) == 1 and parents != {""})


def decision(made, name: str, other: str) -> pd.Series:
    """The one row of merges about these two names."""
    names = [sorted(pair) for pair in made.merges[["name_one", "name_other"]].to_numpy().tolist()]
    (row,) = [row for row, pair in enumerate(names) if pair == sorted([name, other])]
    return made.merges.iloc[row]


def answered(made, name: str, other: str, keep: str) -> pd.DataFrame:
    """The table of merges with the planner's answer about two names."""
    row = decision(made, name, other)
    table = made.merges.copy()
    table.loc[table["merge_id"] == row["merge_id"], "keep"] = keep
    return table


def test_two_kerbs_are_two_stops_of_one_place():
    """If this fails, opposite kerbs become one stop, or two places that one cannot change at."""
    made = consolidate(
        visits({
            "A_0": eastward(("桥头", 0, 0)), "A_1": westward(("桥头", 0, 20)),
            "B_0": eastward(("桥头", 10, 0)), "B_1": westward(("桥头", -10, 20)),
        })
    )  # fmt: skip
    assert one_stop(made, ("A_0", 2), ("B_0", 2))
    assert one_stop(made, ("A_1", 2), ("B_1", 2))
    assert not one_stop(made, ("A_0", 2), ("A_1", 2))
    assert one_place(made, ("A_0", 2), ("A_1", 2))
    assert stop_of(made, "A_0", 2)["visits"] == 2
    # The median of 0 and 10 m east is 5 m east.
    at = stop_of(made, "A_0", 2)[["stop_lon", "stop_lat"]].to_numpy(dtype=float)
    assert project([at], CRS)[0] - ORIGIN == pytest.approx([5, 0], abs=0.2)


def test_kerbs_drawn_on_one_point_stay_two():
    """If this fails, a source that draws both kerbs in the middle of the road loses one."""
    made = consolidate(visits({"A_0": eastward(("桥头", 0, 10)), "A_1": westward(("桥头", 0, 10))}))
    assert not one_stop(made, ("A_0", 2), ("A_1", 2))


@pytest.mark.parametrize(("east", "same"), [(59, True), (61, False)])
def test_one_kerb_is_at_most_60_m_long(east, same):
    """If this fails, bays of one name further apart than a kerb are drawn as one."""
    made = consolidate(
        visits({"A_0": eastward(("桥头", 0, 0)), "B_0": eastward(("桥头", east, 0))})
    )
    assert one_stop(made, ("A_0", 2), ("B_0", 2)) is same
    assert one_place(made, ("A_0", 2), ("B_0", 2))


def test_a_chain_of_calls_is_no_long_kerb():
    """If this fails, calls 40 m apart, one after another, make a kerb that has no end."""
    made = consolidate(
        visits({f"{line}_0": eastward(("桥头", east, 0))
                for line, east in zip("ABCD", (0, 40, 80, 120), strict=True)})
    )  # fmt: skip
    # 0 … 120 m in pieces of at most 60 m: two kerbs at least.
    kerbs = {stop_of(made, f"{line}_0", 2).name for line in "ABCD"}
    assert len(kerbs) == 2
    assert one_place(made, *((f"{line}_0", 2) for line in "ABCD"))


@pytest.mark.parametrize(("east", "same"), [(149, True), (151, False), (20_000, False)])
def test_one_name_in_two_towns_is_two_places(east, same):
    """If this fails, all stops 市场 of a province become one place."""
    made = consolidate(
        visits({
            "A_0": [("甲", -900, 0), ("市场", 0, 0), ("乙", 900, 0)],
            "B_0": [("丙", east - 900, 0), ("市场", east, 0), ("丁", east + 900, 0)],
        })
    )  # fmt: skip
    assert one_place(made, ("A_0", 2), ("B_0", 2)) is same
    told = made.doubts["what"].eq("one name, several places")
    assert told.any() == (east > 300)
    if 150 < east <= 300:
        row = made.merges[made.merges["keep"] == "no"].iloc[0]
        assert "more than 150 m" in row["reason"]


FORMS = [
    ("桥头①", "桥头②", "桥头"), ("桥头１", "桥头", "桥头"), ("橋頭", "桥头", "桥头"),
    ("Ｍ中心", "m 中心", "m 中心"), ("观澜街都办", "观澜街道办", "观澜街道办"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "other", "kept"), FORMS)
def test_forms_of_one_name_are_one_stop(name, other, kept):
    """If this fails, a stop has one twin for each way in which its name is written."""
    made = consolidate(
        visits({"A_0": eastward((name, 0, 0)), "B_0": eastward((other, 12, 0)),
                "C_0": eastward((other, 12, 0))})
    )  # fmt: skip
    assert one_stop(made, ("A_0", 2), ("B_0", 2))
    assert stop_of(made, "A_0", 2)["stop_name"] == kept  # two calls of it, one of the other
    row = decision(made, name, other)
    assert (row["keep"], row["proposed"]) == ("yes", "yes")
    assert row["distance_m"] == pytest.approx(12, abs=0.1)
    assert "12 m apart, same direction" in row["reason"]


def test_a_terminus_is_a_stop_of_its_own_beside_the_stop():
    """If this fails, 桥头总站 disappears, or is another place than 桥头 at its gate."""
    made = consolidate(
        visits({"A_0": eastward(("桥头", 0, 0)), "B_0": [WEST, ("桥头总站", 15, 0)]})
    )
    assert not one_stop(made, ("A_0", 2), ("B_0", 2))
    assert one_place(made, ("A_0", 2), ("B_0", 2))
    assert stop_of(made, "B_0", 2)["stop_name"] == "桥头总站"
    assert stop_of(made, "A_0", 2)["stop_name"] == "桥头"


def test_a_slip_of_the_pen_across_the_road_takes_the_name_of_the_place():
    """If this fails, one wrong letter makes a place of a kerb."""
    made = consolidate(
        visits({
            "A_0": eastward(("展辰涂料", 0, 0)), "B_0": eastward(("展辰涂料", 0, 0)),
            "A_1": westward(("展成涂料", 30, 20)),
        })
    )  # fmt: skip
    assert one_place(made, ("A_0", 2), ("A_1", 2))
    assert not one_stop(made, ("A_0", 2), ("A_1", 2))
    assert stop_of(made, "A_1", 2)["stop_name"] == "展辰涂料"
    assert "there and back" in decision(made, "展辰涂料", "展成涂料")["reason"]


def test_names_alike_and_far_apart_stay_two_places():
    """If this fails, 金星科技园 and 银星科技园, 80 of 100 alike, become one park's stop."""
    made = consolidate(
        visits({"A_0": eastward(("金星科技园", 0, 0)), "A_1": westward(("银星科技园", 70, 20))})
    )
    assert not one_place(made, ("A_0", 2), ("A_1", 2))
    assert {"金星科技园", "银星科技园"} < set(made.stops["stop_name"])
    row = decision(made, "金星科技园", "银星科技园")
    assert (row["keep"], row["similarity"]) == ("no", 80)


def test_a_line_that_calls_at_both_tells_two_stops_apart():
    """If this fails, two stops on the way of one bus become one because of their names."""
    made = consolidate(visits({"A_0": eastward(("金星科技园", 0, 0), ("银星科技园", 20, 0))}))
    assert not one_stop(made, ("A_0", 2), ("A_0", 3))
    assert "a line calls at both" in decision(made, "金星科技园", "银星科技园")["reason"]


@pytest.mark.parametrize(("name", "other"), [("上沙", "下沙"), ("桥头一村", "桥头二村")])
def test_letters_that_tell_places_apart_are_no_slips(name, other):
    """If this fails, 上沙 is shown as 下沙."""
    made = consolidate(visits({"A_0": eastward((name, 0, 0)), "B_0": eastward((other, 9, 0))}))
    assert not one_stop(made, ("A_0", 2), ("B_0", 2))
    assert "tells places apart" in decision(made, name, other)["reason"]


@pytest.mark.parametrize(
    ("east", "back", "same"), [(24, False, True), (26, False, False), (5, True, False)]
)
def test_two_names_on_one_kerb(east, back, same):
    """If this fails, a kerb that was renamed is two, or two names across the road are one."""
    other = westward(("大水坑", east, 0)) if back else eastward(("大水坑", east, 0))
    made = consolidate(visits({"A_0": eastward(("观悦酒店", 0, 0)), "B_0": other, "C_0": other}))
    assert one_stop(made, ("A_0", 2), ("B_0", 2)) is same
    assert stop_of(made, "A_0", 2)["stop_name"] == ("大水坑" if same else "观悦酒店")


def test_the_planner_undoes_a_merge_and_makes_another(tmp_path):
    """If this fails, what the planner wrote in the sheet is not what the next run does."""
    table = visits({
        "A_0": eastward(("观悦酒店", 0, 0)), "B_0": eastward(("大水坑", 10, 0)),
        "C_0": eastward(("上沙", 500, 0)), "D_0": eastward(("下沙", 509, 0)),
    })  # fmt: skip
    first = consolidate(table)
    review = answered(first, "观悦酒店", "大水坑", "no")
    other = answered(first, "上沙", "下沙", "是")
    review["keep"] = review["keep"].where(other["keep"] == first.merges["keep"], other["keep"])
    sheet = read_raw(write_csv(tmp_path / "merges.csv", review)).frame
    second = consolidate(table, review=sheet)
    assert not one_stop(second, ("A_0", 2), ("B_0", 2))
    assert one_stop(second, ("C_0", 2), ("D_0", 2))
    assert decision(second, "观悦酒店", "大水坑")["keep"] == "no"
    assert decision(second, "上沙", "下沙")["rule"] == "as the planner says"
    # Given back once more, and first untouched: the same stops again.
    for before, again in ((second, second.merges), (first, first.merges)):
        pd.testing.assert_frame_equal(consolidate(table, review=again).stops, before.stops)


def test_a_kerb_once_taken_out_does_not_come_back_by_its_neighbour():
    """If this fails, a refused merge is made all the same through a third kerb."""
    table = visits({
        "A_0": eastward(("桥头①", 0, 0)), "B_0": eastward(("桥头②", 10, 0)),
        "C_0": eastward(("桥头③", 22, 0)),
    })  # fmt: skip
    first = consolidate(table)
    assert one_stop(first, ("A_0", 2), ("B_0", 2), ("C_0", 2))
    second = consolidate(table, review=answered(first, "桥头②", "桥头③", "no"))
    assert one_stop(second, ("A_0", 2), ("B_0", 2))
    assert not one_stop(second, ("B_0", 2), ("C_0", 2))


def test_a_refused_merge_gives_both_names_back():
    """If this fails, a planner says that two kerbs are two, and both still bear one's name.

    The kerbs across the street bear the same two names and are merged, too: that other merge
    must not give the name of one to the other here.
    """
    table = visits({
        "A_0": eastward(("国升工业园", 0, 0)), "B_0": eastward(("国升工业区", 10, 0)),
        "C_1": westward(("国升工业园", 0, 30)), "D_1": westward(("国升工业区", 8, 30)),
    })  # fmt: skip
    first = consolidate(table)
    two = first.merges[first.merges["what"] == "one stop"]
    assert list(two["keep"]) == ["yes", "yes"]
    review = first.merges.assign(
        keep=first.merges["keep"].mask(first.merges.index == two.index[0], "no")
    )
    merges = consolidate(table, review=review).merges
    apart = merges[(merges["what"] == "one stop") & (merges["keep"] == "no")].iloc[0]
    assert (apart["shown_one"], apart["shown_other"]) == ("国升工业园", "国升工业区")


def test_answers_that_are_none_are_all_told_by_row():
    """If this fails, a slip in the sheet is taken for an answer."""
    table = visits({"A_0": eastward(("桥头①", 0, 0)), "B_0": eastward(("桥头②", 10, 0))})
    review = consolidate(table).merges
    review["keep"] = "vielleicht"
    with pytest.raises(DataError) as caught:
        consolidate(table, review=review)
    assert len(caught.value.problems) == len(review)
    assert caught.value.problems[0].where == "review row 2 keep"
    with pytest.raises(UsageError, match="has no column merge_id"):
        consolidate(table, review=pd.DataFrame({"name": ["x"]}))


def test_an_answer_to_a_merge_that_is_no_more_is_told():
    """If this fails, the planner believes that an old answer still has its effect."""
    table = visits({"A_0": eastward(("桥头①", 0, 0)), "B_0": eastward(("桥头②", 10, 0))})
    review = pd.DataFrame([{"merge_id": "m0", "proposed": "yes", "keep": "no"}])
    assert "review without effect" in set(consolidate(table, review=review).doubts["what"])


def test_the_order_of_rows_changes_nothing_but_numbers():
    """If this fails, the same table sorted otherwise gives other stops."""
    random = np.random.default_rng(7)
    lines = {
        f"{line}_{way}": (eastward if way == 0 else westward)(
            *((f"站{name}", 300 * name + random.uniform(-40, 40), 20 * way) for name in range(5))
        )
        for line in "ABCDE"
        for way in (0, 1)
    }
    table = visits(lines)
    once, again = consolidate(table), consolidate(table[::-1])
    keys = ["pattern_id", "stop_sequence"]

    def where(made) -> pd.DataFrame:
        at = made.calls.merge(made.stops, on="stop_id").sort_values(keys, ignore_index=True)
        return at[[*keys, "stop_name", "stop_lon", "stop_lat"]]

    pd.testing.assert_frame_equal(where(once), where(again))
    assert set(once.merges["merge_id"]) == set(again.merges["merge_id"])


# Ten places 400 m apart. Five lines call at all of them, each on its own place.
NAMES = [f"村口{letter}" for letter in "桃李梅兰竹菊松柏杉枫"]


def town(shift: int) -> pd.DataFrame:
    """Five lines in order, and line X whose fourth to eighth call are drawn ``shift`` on."""
    places = {name: 400.0 * row for row, name in enumerate(NAMES)}
    right = [(name, east, 0.0) for name, east in places.items()]
    wrong = [
        (name, 400.0 * (row + shift if 3 <= row <= 7 else row), 0.0)
        for row, name in enumerate(NAMES)
    ]
    return visits({**{f"{line}_0": right for line in "ABCDE"}, "X_0": wrong})


@pytest.mark.parametrize("shift", [-1, 1, 2])
def test_names_out_of_step_with_positions_are_found_and_mended(shift):
    """If this fails, a line whose list has slipped puts five stops where none are."""
    made = consolidate(town(shift))
    moved = made.merges[made.merges["what"] == "move call"]
    assert len(moved) == 5
    assert set(moved["rule"]) == {"names and positions out of step"}
    assert moved["distance_m"].to_numpy() == pytest.approx(400 * abs(shift), abs=1)
    assert all(one_stop(made, ("A_0", call), ("X_0", call)) for call in range(1, 11))
    told = made.doubts[made.doubts["what"] == "names and positions out of step"]
    assert told["where"].tolist() == ["X_0"]


def test_a_repair_can_be_refused():
    """If this fails, a call that truly lies elsewhere cannot be kept there."""
    table = town(1)
    review = consolidate(table).merges
    review.loc[review["what"] == "move call", "keep"] = "no"
    made = consolidate(table, review=review)
    assert not one_stop(made, ("A_0", 5), ("X_0", 5))


def test_lines_in_step_are_left_alone():
    """If this fails, calls are moved about that are where they belong."""
    made = consolidate(town(0))
    assert "move call" not in set(made.merges["what"])
    assert set(made.doubts["what"]) == {"line twice"}  # B to E and X run as A does
    assert len(made.doubts) == 5


def test_calls_out_of_order_and_called_twice_are_told():
    """If this fails, a bus goes back and forth, or stands still, and nobody is told."""
    swapped = [(name, 1000.0 * row, 0.0) for row, name in enumerate(NAMES)]
    swapped[4], swapped[5] = swapped[5], swapped[4]
    twice = [("西", -900.0, 500.0), ("桥", 0.0, 500.0), ("桥", 9.0, 500.0), ("东", 900.0, 500.0)]
    made = consolidate(visits({"A_0": swapped, "B_0": twice}))
    told = dict(zip(made.doubts["what"], made.doubts["where"], strict=True))
    # Written: 3 → 5 → 4 → 6 is 2 + 1 + 2 km; swapped it is 3 km.
    assert told["calls out of order"] == f"A_0 call 5 {NAMES[5]}"
    assert "2000 m shorter" in made.doubts.set_index("what")["found"]["calls out of order"]
    assert told["called at twice in a row"] == "B_0 call 2 桥"


def test_ids_of_the_source_are_kept_where_they_name_one_kerb():
    """If this fails, a table with its own ids comes back with ours, or two kerbs share one."""
    table = visits({"A_0": eastward(("桥头", 0, 0)), "A_1": westward(("桥头", 0, 20))})
    ids = ["W", "B1", "E", "E2", "B2", "W2"]
    kept = consolidate(table.assign(stop_id=ids)).stops["stop_id"]
    # Both ends are one stop of two ids each, and so have neither.
    assert sorted(kept) == ["B1", "B2", "S0001", "S0002"]
    shared = consolidate(table.assign(stop_id=["W", "B", "E", "E2", "B", "W2"]))
    assert shared.stops["stop_id"].is_unique
    assert "B" not in set(shared.stops["stop_id"])


def test_what_cannot_be_a_call_is_refused_with_its_row():
    """If this fails, a call without a place ends as a stop at nowhere."""
    table = visits({"A_0": eastward(("桥头", 0, 0))})
    table.loc[0, "lon"], table.loc[1, "lat"] = math.nan, 227.0
    table.loc[2, ["stop_name", "stop_sequence"]] = ["", 2]
    with pytest.raises(DataError) as caught:
        consolidate(table)
    assert [problem.where.split()[:3] for problem in caught.value.problems] == [
        ["visits", "row", number] for number in ("0", "1", "2", "2")
    ]
    with pytest.raises(DataError, match="column 'lon' is missing"):
        consolidate(table.drop(columns="lon"))
    with pytest.raises(DataError, match="has no calls"):
        consolidate(table.head(0))


def test_positions_that_are_all_one_are_refused_and_not_worked_on():
    """If this fails, a table whose positions are all zero fills the memory."""
    rows = pd.DataFrame({"stop_sequence": range(4000), "lon": 114.0, "lat": 22.7})
    table = rows.assign(pattern_id="A_0", route_id="A", stop_name=[f"站{n}x" for n in range(4000)])
    with pytest.raises(DataError, match="too close together"):
        consolidate(table)
