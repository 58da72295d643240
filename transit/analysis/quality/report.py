"""The quality report of a network: every rule asked, every finding in one table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from transit.analysis.quality import (
    course_rules,
    line_rules,
    name_rules,
    origin,
    service_rules,
    stop_rules,
    surroundings,
)
from transit.analysis.quality.ground import Ground
from transit.analysis.quality.limits import Limits
from transit.analysis.quality.rule import LACKING, SEVERITIES, Found, Need, Rule, Severity
from transit.card import Card
from transit.errors import Problem, UsageError, raise_if
from transit.model.network import Network
from transit.model.park import Park
from transit.terms import DEFAULT

RULES: tuple[Rule, ...] = (
    *surroundings.RULES,  # first: what is wrong with the streets explains much of the rest
    *stop_rules.RULES,
    *name_rules.RULES,
    *course_rules.RULES,
    *line_rules.RULES,
    *service_rules.RULES,
    *origin.RULES,
)
"""Every rule, in the order of the report."""
FINDING: dict[str, Any] = {
    "rule": "", "severity": "", "subject": "", "subject_id": "", "name": "", "lon": np.nan,
    "lat": np.nan, "value": np.nan, "unit": "", "limit": np.nan, "of": np.nan, "lines": "",
    "detail": "", "indicative": False,
}  # fmt: skip
"""Columns of the findings, and what stands where a rule says nothing."""


@dataclass(frozen=True, eq=False)
class Quality:
    """What the rules found in ``network`` and its ``parks``.

    ``findings``: one row a finding, worst rules first. ``rule``, ``severity``, ``subject`` (kind),
    ``subject_id``, ``name``, ``lon`` and ``lat`` (WGS-84; missing where it has no place),
    ``value`` in ``unit``, the ``limit`` it is held against, ``of`` (whole of which the value is a
    part), ``lines`` (short names), ``detail`` and ``indicative`` (the subject itself is).

    ``rules``: one row a rule. ``rule``, ``severity``, ``subject``, ``found`` and ``looked_at``
    (how many subjects it was asked of), ``asked``, its ``limits``, and ``title``,
    ``meaning``, ``mend`` and ``why_not`` in English, with ``_zh`` in Chinese.
    """

    network: Network
    parks: tuple[Park, ...]
    limits: Limits
    findings: pd.DataFrame
    rules: pd.DataFrame

    def count(self, severity: Severity) -> int:
        """How many findings have this severity or a worse one."""
        return len(at_least(self.findings, severity))

    def new_since(self, base: Quality) -> pd.DataFrame:
        """The findings that ``base`` does not have: what a scenario brings.

        A finding is another when its rule, subject, value or detail is.
        """
        return brought(base.findings, self.findings)

    def of(self, rule: str) -> pd.DataFrame:
        """The findings of one rule."""
        return self.findings[self.findings["rule"] == rule].reset_index(drop=True)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the report, by name."""
        return {"findings": self.findings, "rules": self.rules, "limits": self.limits.table()}

    def card(self, language: str = DEFAULT) -> Card:
        """What a notebook shows of it, in ``zh-CN`` or ``en``; ``UsageError`` for others."""
        from transit.analysis.shown import quality_card

        return quality_card(self, language)

    def _repr_html_(self) -> str:
        return self.card().html()


def brought(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The findings of ``after`` that ``before`` does not have; see ``Quality.new_since``."""
    key = ["rule", "subject_id", "value", "detail"]
    old, new = (
        pd.MultiIndex.from_frame(one[key].round({"value": 3})) for one in (before, after)
    )  # fmt: skip
    return after[~new.isin(old)].reset_index(drop=True)


def at_least(findings: pd.DataFrame, severity: Severity) -> pd.DataFrame:
    """The findings of this severity or a worse one."""
    worse = SEVERITIES[: SEVERITIES.index(severity) + 1]
    return findings[findings["severity"].isin(worse)]


def quality(
    network: Network,
    parks: Sequence[Park] = (),
    *,
    limits: Limits | None = None,
    rules: str | Collection[str] | None = None,
) -> Quality:
    """What is wrong, doubtful or to be known about ``network`` and its ``parks``.

    Nothing is mended and nothing left out: the rules look at all there is, and say of how many.
    A rule that lacks what it needs (streets, service, parks) is not asked, and says why.
    Raises a ``DataError`` that names every stop without a position.
    ``limits`` are those of ``Limits()`` unless others are given, such as
    ``Limits().given(hop_most_m=8000)``. ``rules`` (codes) leaves the others out; ``UsageError``
    for one that there is not.

    >>> import transit
    >>> area = transit.read_area(transit.bundled_area())
    >>> transit.quality(area.network, area.parks).count("error")
    0
    """
    limits, chosen = limits or Limits(), _chosen(rules)
    for park in parks:
        network.require_crs(park)
    raise_if(_unplaced(network))
    ground = Ground(network, tuple(parks), limits)
    known = _known(ground)
    found = {rule.code: rule.check(ground) for rule in chosen if not set(rule.needs) - known}
    tables = [_filled(rule, found[rule.code], limits) for rule in chosen
              if rule.code in found and len(found[rule.code].rows)]  # fmt: skip
    empty = pd.DataFrame(columns=list(FINDING)).astype(_DTYPES)
    findings = pd.concat(tables, ignore_index=True) if tables else empty
    return Quality(
        network, tuple(parks), limits, findings, _rules_table(ground, chosen, found, known)
    )


def _unplaced(network: Network) -> list[Problem]:
    """Stops that are nowhere: tables that are read cannot hold them, a feed made in code can."""
    nowhere = ~np.isfinite(network.stop_xy).all(axis=1)
    mend = "give its longitude and latitude, WGS-84 degrees"
    return [
        Problem(f"stop {row.stop_id}", f"stands at ({row.stop_lon}, {row.stop_lat})", mend)
        for row in network.feed.stops[nowhere].itertuples()
    ]


def _chosen(rules: str | Collection[str] | None) -> list[Rule]:
    """The rules of these codes, or all, worst first."""
    codes = (rules,) if isinstance(rules, str) else rules
    unknown = sorted(set(codes or ()) - {rule.code for rule in RULES}, key=str)
    if unknown:
        mend = "choose of " + ", ".join(rule.code for rule in RULES)
        raise UsageError([Problem("rules", f"there is no rule {code!r}", mend) for code in unknown])
    chosen = [rule for rule in RULES if codes is None or rule.code in codes]
    return sorted(chosen, key=lambda rule: SEVERITIES.index(rule.severity))


def _known(ground: Ground) -> set[Need]:
    """What there is to look at."""
    feed = ground.network.feed
    there: dict[Need, bool] = {
        "stops": not feed.stops.empty,
        "lines": not feed.calls.empty,
        "streets": bool(len(ground.network.streets)),
        "service": feed.service_known,
        "timings": not feed.timings.empty,
        "parks": bool(ground.parks),
        "gates": any(len(park.gates) for park in ground.parks),
    }
    return {need for need, is_there in there.items() if is_there}


def _filled(rule: Rule, found: Found, limits: Limits) -> pd.DataFrame:
    """The rows of a rule with every column of a finding."""
    own: dict[str, Any] = {"rule": rule.code, "severity": rule.severity, "subject": rule.subject,
           "unit": rule.unit}  # fmt: skip
    if rule.limits:
        own["limit"] = limits.number(rule.limits[0])
    missing = {name: value for name, value in (FINDING | own).items() if name not in found.rows}
    return found.rows.assign(**missing)[list(FINDING)].astype(_DTYPES)


def _rules_table(
    ground: Ground, chosen: Sequence[Rule], found: dict[str, Found], known: set[Need]
) -> pd.DataFrame:
    rows = []
    for rule in chosen:
        asked = rule.code in found
        lacking = [need for need in rule.needs if need not in known]
        rows.append(
            {
                "rule": rule.code,
                "severity": rule.severity,
                "subject": rule.subject,
                "found": len(found[rule.code].rows) if asked else 0,
                "looked_at": found[rule.code].looked_at if asked else 0,
                "asked": asked,
                "why_not": LACKING[lacking[0]].en if lacking else "",
                "why_not_zh": LACKING[lacking[0]].zh if lacking else "",
                "limits": ", ".join(_limit(ground.limits, name) for name in rule.limits),
                **{f"{part}{ending}": getattr(getattr(rule, part), language)
                   for language, ending in (("en", ""), ("zh", "_zh"))
                   for part in ("title", "meaning", "mend")},
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _limit(limits: Limits, name: str) -> str:
    return f"{name} {limits.number(name):g} {getattr(limits, name).unit}"


_DTYPES = {
    name: {str: "str", float: "float64", bool: "bool"}[type(value)]
    for name, value in FINDING.items()
}
