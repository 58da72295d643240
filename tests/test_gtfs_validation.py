"""Findings of the GTFS validator as a table: where, how often, and what to do."""

from __future__ import annotations

from datetime import date

import pytest
from gtfs_feeds import FEED, edited, zipped

from transit.errors import DataError
from transit.sources.gtfs import finding_counts, validate_gtfs, validation
from transit.sources.gtfs.mends import _FALLBACK, _MENDS, mend_of

DAY = date(2024, 1, 8)


def findings(tmp_path, files=FEED):
    return validate_gtfs(zipped(tmp_path / "small.zip", files), date=DAY)


def test_a_finding_says_where_how_often_and_what_to_do(tmp_path):
    """If this fails, a planner learns that a feed is bad, but not where or how to mend it."""
    table = findings(tmp_path).set_index("code")
    colour = table.loc["invalid_color"]  # line 9 is "red"
    assert colour[["severity", "file", "field", "count", "rows"]].tolist() == [
        "error", "routes.txt", "route_color", 1, "3",
    ]  # fmt: skip
    assert "red" in colour["example"]
    assert "six hexadecimal digits" in colour["mend"]


def test_errors_come_first_and_are_counted_by_place(tmp_path):
    """If this fails, three errors hide among a thousand remarks."""
    files = edited("stops", ",0,ST", ",0,XX")
    table = findings(tmp_path, files)
    assert table["severity"].tolist() == sorted(
        table["severity"], key=["error", "warning", "info"].index
    )
    counts = finding_counts(table)
    assert counts["error"] == 2  # the colour and the parent
    assert sum(counts.values()) == table["count"].sum()


def test_a_clean_feed_has_no_error(tmp_path):
    """If this fails, a good feed is called bad."""
    assert finding_counts(findings(tmp_path, edited("routes", ",red", ",")))["error"] == 0


def test_what_is_no_feed_is_said_so(tmp_path):
    """If this fails, a wrong file is a traceback of the validator."""
    with pytest.raises(DataError, match=r"holds no \.txt file"):
        findings(tmp_path, {"a.png": b"x"})
    with pytest.raises(DataError, match="does not exist"):
        validate_gtfs("https://example.org/feed.zip")  # nothing is fetched


def test_a_feed_too_large_to_validate_is_refused_in_words(tmp_path, monkeypatch):
    """If this fails, checking a country's feed takes all the memory of the machine."""
    monkeypatch.setattr(validation, "BYTES", 1_000)
    with pytest.raises(DataError, match="1,000 are validated at most"):
        findings(tmp_path)


def test_findings_of_two_rows_say_the_first(tmp_path):
    """If this fails, a planner is told of a bus at 900 km/h, but not where."""
    files = edited("stop_times", "T4,12:20:00,12:20:00", "T4,12:00:00,12:00:00")
    files["routes.txt"] = FEED["routes.txt"].replace(
        ",red", ","
    )  # of a line at fault no more is said
    table = findings(tmp_path, files)
    # 0.03° of longitude at 22.7° N is 3.1 km in no time, from row 11 of the table on.
    found = table.set_index("code").loc["fast_travel_between_consecutive_stops"]
    assert found[["file", "rows", "count"]].tolist() == ["stop_times.txt", "11", 1]


def test_every_mend_is_of_a_rule_that_exists():
    """If this fails, the advice for a finding is never shown, for its code is misspelt."""
    import gtfs_guru

    assert set(_MENDS) <= set(gtfs_guru.notice_codes())
    assert mend_of("no such rule") == _FALLBACK


@pytest.mark.shared
def test_the_buses_of_porto_alegre(shared_data):
    """If this fails, the known errors of a real feed go unseen."""
    table = validate_gtfs(shared_data / "porto_alegre" / "poa_eptc.zip", date=date(2019, 5, 15))
    # Its 115 lines all have the text colour "0".
    assert finding_counts(table)["error"] == 115
    assert table.loc[0, ["code", "field", "count"]].tolist() == [
        "invalid_color", "route_text_color", 115,
    ]  # fmt: skip
