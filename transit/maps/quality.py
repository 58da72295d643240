"""The quality report as one page: HTML without a script, that loads nothing.

Names are data: every text is escaped, and a content security policy allows styles only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from transit.analysis.quality import SEVERITIES, Quality
from transit.maps.quality_sketch import sketch
from transit.maps.quality_words import quality_words
from transit.pages.embed import require_self_contained
from transit.terms import table_said, unit_said

SHOWN_AT_MOST = 200
"""Rows of one rule on the page; all of them are in the table."""
_STYLE = Path(__file__).parent / "assets" / "quality.css"
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
_CLEAN = str.maketrans(dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " "))
"""Control characters are no text in HTML."""


def quality_page(report: Quality, *, language: str = "zh-CN") -> str:
    """The report as HTML text, in ``zh-CN`` or ``en``; raises ``UsageError`` for others.

    Errors and warnings lie open, notes are folded; a rule shows ``SHOWN_AT_MOST`` rows.
    """
    said = quality_words(language)
    rules = report.rules.to_dict("records")
    title = f"{said['title']} · {report.network.name}"
    html = "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<link rel="icon" href="data:,"><title>{_text(title)}</title>',
            f"<style>{_STYLE.read_text(encoding='utf-8')}</style></head><body><main>",
            f"<h1>{_text(title)}</h1>",
            *_summary(report, said),
            *(_rule(report, rule, said, language) for rule in rules if rule["found"]),
            _silent(rules, said, language),
            _not_asked(rules, said, language),
            *_credits(report, said),
            "</main></body></html>",
        ]
    )
    require_self_contained(html)
    return html


def _summary(report: Quality, said: Mapping[str, str]) -> list[str]:
    network = report.network
    feed = network.feed
    counts = [len(feed.stops), len(feed.patterns), len(feed.calls), len(network.streets),
              len(report.parks)]  # fmt: skip
    each = report.findings["severity"].value_counts()
    cards = "".join(
        f'<li class="{severity}"><b>{each.get(severity, 0):,}</b> {said[severity]}'
        f"<span>{said[f'{severity}_long']}</span></li>"
        for severity in SEVERITIES
    )
    drawn = sketch(report, said)
    return [
        f'<p class="soft">{said["extent"].format(*counts)} · '
        f"{said['crs']} {_text(network.crs)} · {said['datum']}</p>",
        f'<ul class="cards">{cards}</ul>',
        "" if report.count("warning") else f"<p>{said['clean']}</p>",
        f'<figure>{drawn}<figcaption class="soft">{said["sketch"]}</figcaption></figure>'
        if drawn
        else "",
    ]


def _rule(report: Quality, rule: dict[str, Any], said: Mapping[str, str], language: str) -> str:
    rows = report.of(rule["rule"])
    is_open = "" if rule["severity"] == "note" else " open"
    over = len(rows) - SHOWN_AT_MOST
    limits = f'<p class="soft">{said["limits_of"].format(_text(rule["limits"]))}</p>'
    return "".join(
        [
            f'<details id="{rule["rule"]}" class="{rule["severity"]}"{is_open}><summary>',
            f"<h2>{_of_language(rule, 'title', language)}</h2>",
            f"<b>{said['found'].format(len(rows))}</b> ",
            f'<span class="soft">{said["looked_at"].format(rule["looked_at"])}',
            f" · <code>{rule['rule']}</code></span></summary>",
            f"<p>{_of_language(rule, 'meaning', language)}</p>",
            f"<p><b>{said['mend']}</b> {_of_language(rule, 'mend', language)}</p>",
            limits if rule["limits"] else "",
            _findings_table(rows.head(SHOWN_AT_MOST), said, language),
            f"<p>{said['more'].format(over)}</p>" if over > 0 else "",
            "</details>",
        ]
    )


def _findings_table(rows: pd.DataFrame, said: Mapping[str, str], language: str) -> str:
    """The findings of one rule; columns that none of them fills are left out."""
    marks = np.where(rows["indicative"], said["indicative"], "")
    place = [f"{lon:.5f}, {lat:.5f}" if math.isfinite(lon) else ""
             for lon, lat in zip(rows["lon"], rows["lat"], strict=True)]  # fmt: skip
    value = [
        f"{_number(number)} {unit_said(unit, language)}".strip()
        for number, unit in zip(rows["value"], rows["unit"], strict=True)
    ]
    columns: dict[str, Sequence[str]] = {
        "name": [
            table_said(name, language) if subject == "table" else name
            for name, subject in zip(rows["name"], rows["subject"], strict=True)
        ],
        "lines": rows["lines"].tolist(),
        "value": value if rows["value"].notna().any() else [],
        "limit": [_number(number) for number in rows["limit"]],
        "of": [_number(number) for number in rows["of"]],
        "detail": rows["detail"].tolist(),
        "id": rows["subject_id"].tolist(),
        "place": place,
        "indicative": marks.tolist(),
    }
    filled = {name: texts for name, texts in columns.items() if any(texts)}
    return _table([said[name] for name in filled], zip(*filled.values(), strict=True),
                  [name in ("value", "limit", "of") for name in filled])  # fmt: skip


def _silent(rules: list[dict[str, Any]], said: Mapping[str, str], language: str) -> str:
    rows = [
        (_of_language(rule, "title", language, escaped=False),
         said["looked_at"].format(rule["looked_at"]), rule["limits"])
        for rule in rules
        if rule["asked"] and not rule["found"]
    ]  # fmt: skip
    return _section(said["silent"], (said["rule"], "", said["limits"]), rows)


def _not_asked(rules: list[dict[str, Any]], said: Mapping[str, str], language: str) -> str:
    rows = [
        (_of_language(rule, "title", language, escaped=False),
         _of_language(rule, "why_not", language, escaped=False))
        for rule in rules
        if not rule["asked"]
    ]  # fmt: skip
    return _section(said["not_asked"], (said["rule"], said["why"]), rows)


def _section(title: str, header: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    return f"<section><h2>{title}</h2>{_table(header, rows, [False] * len(header))}</section>"


def _credits(report: Quality, said: Mapping[str, str]) -> list[str]:
    lines = "".join(f"<li>{_text(source)}</li>" for source in report.network.sources)
    return [
        f'<footer class="soft"><p>{said["indicative_note"]}</p>',
        f"<h2>{said['sources']}</h2><ul>{lines}</ul>" if lines else "",
        "</footer>",
    ]


def _table(header: Iterable[str], rows: Iterable[Sequence[str]], right: Sequence[bool]) -> str:
    marks = [' class="number"' if one else "" for one in right]
    head = "".join(
        f"<th{mark}>{_text(name)}</th>" for name, mark in zip(header, marks, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{mark}>{_text(cell)}</td>" for cell, mark in zip(row, marks, strict=True))
        + "</tr>"
        for row in rows
    )
    return (f'<div class="wide"><table><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>")  # fmt: skip


def _of_language(rule: dict[str, Any], part: str, language: str, *, escaped: bool = True) -> str:
    text = str(rule[part if language == "en" else f"{part}_zh"])
    return _text(text) if escaped else text


def _number(value: float) -> str:
    """A number as readers want it: whole from 100 on, else three digits that count."""
    if math.isnan(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _text(text: str) -> str:
    """``text`` as HTML text; what is no character in UTF-8 becomes a question mark."""
    plain = str(text).translate(_CLEAN).encode("utf-8", "replace").decode("utf-8")
    return escape(plain, quote=True)
