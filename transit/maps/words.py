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
    "stops_walk": "步行 {:g} m 以内",
    "stops_straight": "仅直线 {:g} m 以内",
    "stops_outside": "{:g} m 以外",
    "lines_other": "其他线路",
    "park_area_straight": "园区边界外 {:g} m（直线）",
    "park_area_point": "园区标注点 {:g} m（直线）",
    "park_area_walk": "出入口步行 {:g} m 范围",
    "park_streets": "{:g} m 内可步行到的街道",
    "stops_area_straight": "站点 {:g} m 直线覆盖",
    "stops_area_walk": "站点 {:g} m 步行覆盖",
    # marks
    "indicative": "示意",
    "indicative_long": "示意（本项目估绘或假定，非实测、非公布）",
    "surveyed": "据来源",
    "quality": "资料性质",
    "source": "来源",
    # popups
    "line": "{} 路",
    "toward": "往 {}",
    "direction": "方向 {}",
    "from_to": "{} → {}（{} 站）",
    "stop_lines": "线路",
    "no_lines": "无线路停靠",
    "to_point_m": "距标注点",
    "to_outline_m": "距园区边界",
    "to_gate_m": "距出入口",
    "walk_m": "步行",
    "metres": "{:.0f} m",
    "metres_from": "{:.0f} m（{}）",
    "within": " ✓",
    "beyond": "，超出 {:g} m",
    "detour_ratio": "绕行系数",
    "of_park": "所属园区",
    "area": "面积",
    "hectares": "{:.1f} 公顷",
    "no_gates": "未知",
    "metro_line": "{} 号线",
    "metro_lines": "地铁",
    # legend
    "legend_two_way": "线路：双向走同一路段",
    "legend_one_way": "线路：只单向行驶，箭头为方向",
    "legend_hollow": "空心虚线：示意位置",
    "legend_dashed": "虚线：示意走向或边界",
    # tables
    "table_within": "{:g} m 以内的站点与线路",
    "meaning": "“以内”的口径",
    "meaning_point": "距标注点（直线）",
    "meaning_outline": "距园区边界（直线）",
    "meaning_gates": "距出入口（直线）",
    "meaning_walk": "自出入口步行",
    "stop_count": "站点",
    "line_count": "线路",
    "table_coverage": "园区被站点 {:g} m 覆盖的比例",
    "coverage_header": "距离",
    "coverage_straight": "直线",
    "coverage_walk": "步行",
    "share": "占园区面积",
    "denominator": "分母：园区范围面积 {:.1f} 公顷",
    # study page
    "study_title": "{}公交服务现状",
    "study_subtitle": "{} · 以 {:g} m 为限",
    "definition_text": (
        "步行距离沿街道量算，含从街道到站点或出入口的直线接驳（不超过 {1:g} m）；"
        "步行范围是接驳与沿街步行合计不超过 {0:g} m 的区域；直线范围为圆的并集，重叠只计一次。"
    ),
    "straight_hops": "公交线路按站间直线绘制，不代表实际行驶道路。",
    "note_projection": "显示采用网页墨卡托投影；距离和面积均在量算坐标系中计算。",
    "note_streets_all": "路网为示意，由本项目描绘，请以实测或 OpenStreetMap 数据替换。",
    "note_streets_some": "部分街道为示意，以虚线绘出。",
    "note_outline": "园区边界为示意，非用地红线。",
    "note_left_out": "另有 {} 个站点在路网范围以外，未逐一绘出。",
}

WORDS: Mapping[str, Mapping[str, str]] = {"zh-CN": _CHINESE}


def words(language: str) -> Mapping[str, str]:
    """The texts of ``language``; raises ``UsageError`` for a language without texts."""
    if language not in WORDS:
        mend = f"use one of {', '.join(WORDS)}"
        raise UsageError(Problem("map page", f"no texts in language {language!r}", mend))
    return WORDS[language]
