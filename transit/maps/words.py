"""Every text the pages say by themselves, in one place, a dictionary a language."""

from __future__ import annotations

from collections.abc import Mapping

from transit.errors import Problem, UsageError

_CHINESE = {
    # the page itself
    "no_script": "本页需要启用 JavaScript 才能显示地图。",
    "panel": "图层与图例",
    "panel_show": "图层与图例",
    "panel_hide": "收起",
    "layers": "图层",
    "legend": "图例",
    "notes": "说明",
    "sources": "数据来源",
    "all": "全选",
    "none": "全不选",
    "views": "视图",
    "zoom_in": "放大",
    "zoom_out": "缩小",
    "close": "关闭",
    "north": "北",
    "home": "回到初始范围",
    "print": "打印",
    "made_at": "生成时间（北京时间）",
    "crs": "量算坐标系",
    "datum": "坐标基准",
    "definition": "口径",
    "engine": "地图引擎 Leaflet 1.9.4（BSD-2）",
    "map": "地图",
    # groups and layers
    "group_park": "园区",
    "group_area": "覆盖范围",
    "group_lines": "公交线路",
    "group_stops": "站点",
    "group_base": "底图",
    "study_area": "路网范围",
    "streets_main": "主次干路",
    "streets_local": "支路、街巷",
    "streets_foot": "步行道",
    "park": "园区范围",
    "gates": "出入口",
    "stops": "公交站",
    "stations": "地铁站",
    "indicative": "示意",
    "surveyed": "有出处",
}

WORDS: Mapping[str, Mapping[str, str]] = {"zh-CN": _CHINESE}


def words(language: str) -> Mapping[str, str]:
    """The texts of ``language``; raises ``UsageError`` for a language without texts."""
    if language not in WORDS:
        mend = f"use one of {', '.join(WORDS)}"
        raise UsageError(Problem("map page", f"no texts in language {language!r}", mend))
    return WORDS[language]
