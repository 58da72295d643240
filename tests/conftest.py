"""Fixtures that several test files share, and the option that forbids skipping."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from browser import chromium, chromium_page
from hypothesis import settings

__all__ = ["chromium", "chromium_page"]

# Tests never time, and a run that passed passes again.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

# Commands speak the language of the system: here English, wherever the tests run.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("TRANSIT_LANG", None)

REPOSITORY = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require",
        action="append",
        default=[],
        metavar="MARKER",
        help="fail, instead of skipping, tests with this marker",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    required = [
        name for name in item.config.getoption("--require") if item.get_closest_marker(name)
    ]
    if report.skipped and required and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but --require {required[0]} forbids it: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared real data beside a development checkout; skips where it is absent."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared real data are not beside this checkout")
    return folder
