"""What the quality page says by itself, a dictionary a language."""

from __future__ import annotations

from collections.abc import Mapping

from transit.errors import Problem, UsageError

_CHINESE = {
    "title": "资料质量报告",
    "error": "错误",
    "warning": "疑点",
    "note": "须知",
    "error_long": "数值有误或无从计算，须先更正",
    "warning_long": "多半有误，请逐条查看",
    "note_long": "引用数值时应当知道",
    "clean": "未发现错误与疑点。",
    "looked_at": "查了 {:,} 项",
    "found": "{:,} 条",
    "more": "另有 {:,} 条未列出，见 findings.csv。",
    "mend": "如何更正",
    "limits": "限值",
    "silent": "查过而没有发现",
    "not_asked": "未查的规则",
    "rule": "规则",
    "why": "原因",
    "of": "共",
    "id": "编号",
    "name": "名称",
    "lines": "线路",
    "value": "数值",
    "limit": "限值",
    "detail": "附注",
    "place": "经度, 纬度",
    "indicative": "示意",
    "sketch": "发现的位置（浅色点为站点，方框为研究范围；远处的未画，不作量算）",
    "crs": "量算坐标系",
    "datum": "坐标基准 WGS-84",
    "sources": "数据来源",
    "extent": "站点 {:,} 个，走向 {:,} 条，停靠 {:,} 次，街道 {:,} 段，园区 {:,} 个",
    "indicative_note": "标有“示意”者，其对象本身为本项目估绘或假定。"
    "限值由本项目选定，来源见 limits.csv，可用 --set 更改。",
}
_ENGLISH = {
    "title": "Quality of the data",
    "error": "errors",
    "warning": "warnings",
    "note": "notes",
    "error_long": "a figure is wrong or cannot be had until it is mended",
    "warning_long": "probably wrong: look at each",
    "note_long": "to be known when figures are read",
    "clean": "No error and no warning was found.",
    "looked_at": "{:,} looked at",
    "found": "{:,} found",
    "more": "{:,} more are not listed: see findings.csv.",
    "mend": "How to mend",
    "limits": "Limits",
    "silent": "Asked, and nothing found",
    "not_asked": "Rules that could not be asked",
    "rule": "rule",
    "why": "why",
    "of": "of",
    "id": "id",
    "name": "name",
    "lines": "lines",
    "value": "value",
    "limit": "limit",
    "detail": "detail",
    "place": "lon, lat",
    "indicative": "indicative",
    "sketch": "Where the findings are (pale dots are stops, the frame is the study area; what "
    "lies far off is left out; not to measure on)",
    "crs": "measured in",
    "datum": "datum WGS-84",
    "sources": "Sources",
    "extent": "{:,} stops, {:,} patterns, {:,} calls, {:,} street pieces, {:,} parks",
    "indicative_note": "“Indicative” marks a subject that was itself assumed or digitised by this "
    "project. Limits were chosen by this project (sources in limits.csv); --set changes them.",
}
_LANGUAGES = {"zh-CN": _CHINESE, "en": _ENGLISH}
UNITS = {
    "lines": "条线路", "stops": "个站点", "calls": "次停靠", "directions": "个方向",
    "departures": "班", "trips": "班", "patterns": "条走向", "rows": "行", "gates": "个",
    "a": "年", "share": "",
}  # fmt: skip
"""Units that Chinese has a word for; the others are written alike."""


def quality_words(language: str) -> Mapping[str, str]:
    """The texts of ``language``; ``UsageError`` when there are none."""
    if language not in _LANGUAGES:
        mend = f"use one of {', '.join(_LANGUAGES)}"
        raise UsageError(Problem("language", f"no texts in {language!r}", mend))
    return _LANGUAGES[language]


def unit_word(unit: str, language: str) -> str:
    """The unit as the page writes it."""
    if language == "en":
        return "" if unit == "share" else unit
    return UNITS.get(unit, unit)
