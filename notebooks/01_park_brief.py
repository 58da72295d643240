# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 01 园区公交概况 · The brief of a park
#
# 2021 年 8 月，深圳市工业和信息化局答复市人大代表建议，其中谈到：**银星科技园（龙华观澜）公交服务不足**。
# 本篇用可核对的数字回答：园区 500 m 以内有什么站点、什么线路，覆盖多少，能直达哪里，哪条路最吃紧。
#
# *Is 银星科技园 badly served by bus? What it has within 500 m, how much of it is covered, where its lines lead, and
# which street they all hang on.*
#
# 全部离线运行。线路与站点为 2020 年 1 月资料；本项目估绘或假定的（园区边界、出入口、道路、发车间隔、车速）在每张表、每幅图上都标“示意”，
# 出处见 `data/yinxing/SOURCES.md`。*Runs without the internet; what was digitised or assumed is marked 示意 (indicative).*

# %%
import transit

area = transit.read_area(transit.bundled_area())
park = area.park("银星科技园")
area.network

# %% [markdown]
# ## 1. “500 m 以内”有四种口径 · Four meanings of "within 500 m"
#
# 距标注点、距园区边界、距出入口（三者为直线）、自出入口步行。四种口径得四个答案，所以并列给出，不挑一个。
#
# *A circle round a point, round the outline, round the gates, or a walk: four answers, side by side. In English:
# `brief.card("en")`, and of the tables below `transit.table_card(table, "…", "en")`.*

# %%
brief = transit.brief(area.network, park, limit_m=500)
brief

# %% [markdown]
# 复函所列的“大布巷居委会”（2020 年名大布巷社区）：距标注点 1.16 km，距（示意）园区边界 0.11 km，沿已知道路步行 1.6 km。
# 工具不迁就任何一份名单。南端（新丹路）出入口在 2020 年是断头路，不能出园；距出入口的直线距离仍计它，所以大布巷社区只有 139 m。
#
# *The south gate is the closed end of a street in 2020; straight distances count it all the same. The letter names 大布巷居委会 as within 500 m: true from the outline, not from the point, not on foot.*

# %%
shown = ["stop_name", "stop_id", "lines", "to_point_m", "to_outline_m", "to_gate_m", "walk_m"]
shown += ["walk_gate", "detour_ratio", "indicative", "distances_indicative"]
transit.table_card(brief.stops[shown], "500 m 以内的站台 · kerbs within 500 m", rows=30)

# %% [markdown]
# ## 2. 途经与始发线路 · Lines that pass or start there
#
# 高峰班次 = 07:00–09:00 发车数 ÷ 2 小时。发车间隔为假定（班次标“示意”），补上运营资料即可重算。
#
# *Buses per hour: departures 07:00–09:00 ÷ 2 h. They are assumed until you put the operator's headways in.*

# %%
shown = ["route_short_name", "trip_headsign", "nearest_stop", "to_outline_m", "walk_m"]
shown += ["starts_here", "ends_here", "buses_per_hour", "service_indicative"]
near = brief.lines.loc[brief.lines["within_outline"], shown]
transit.table_card(near, "距园区边界 500 m 以内的线路方向 · within 500 m of the outline", rows=40)

# %% [markdown]
# ## 3. 覆盖率及其分母 · Coverage, with its denominator
#
# 直线：各站 500 m 圆的并集，重叠只计一次。步行：到街道的直线接驳（不超过 100 m）与沿街步行合计不超过 500 m 的每一点，
# 精确求得，不用凸包或格网。分母一律是园区范围面积。哪个站点不可替代，看它独有的覆盖面积。
#
# *Shares of the park's area, and what each place covers that no other does.*

# %%
shown = ["kind", "stop_name", "share", "only_share", "only_name_m2", "indicative"]
only = brief.marginal.drop_duplicates(["kind", "stop_name"])
only = only.sort_values("only_name_m2", ascending=False)[shown]
transit.table_card(only, "各站点独有的覆盖 · what only this place covers", rows=8)

# %% [markdown]
# ## 4. 不换乘能到哪里 · Where the lines lead without a transfer
#
# 表中为到达该行政区至少要乘的站数；“—”为不能直达。*Stops ridden to reach a district; a dash: not reached directly.*

# %%
away = brief.districts[brief.districts["travel"] == "from_park"]
reached = away.pivot_table(
    index="route_short_name", columns="district", values="stops_ridden", aggfunc="min"
)
transit.table_card(reached.reset_index(), "至各行政区的站数 · stops to each district", rows=20)

# %% [markdown]
# 地铁站按 2026 年资料，线路为 2020 年 1 月：清湖以北的 4 号线（2020-10-28 开通）和 6、10 号线（2020-08-18）当时还没有地铁可接。
# 哪些站当时未开通，见 `stations.csv` 的来源列。
#
# *Metro stations are of 2026, lines of January 2020: Line 4 north of 清湖 and lines 6 and 10 opened later that year. The
# column `source` of `stations.csv` says which stations were not yet there.*

# %%
fed = brief.stations[brief.stations["travel"] == "from_park"]
shown = ["station_name", "metro_line", "route_short_name", "park_stop", "stop_name"]
shown += ["stops_ridden", "ride_min", "to_station_m"]
nearest = fed[fed["metro_line"] == "4"].sort_values("stops_ridden")
nearest = nearest.groupby("station_name").head(1)[shown]
transit.table_card(
    nearest, "直达的 4 号线车站（2026 年） · Line 4 stations reached (as of 2026)", rows=20
)

# %% [markdown]
# ## 5. 线路最集中路段 · The street that carries most lines
#
# 复函说园区微循环受限。各路口之间的每段道路上，有多少条园区线路、每小时多少班次（双向）：
#
# *Each street between two junctions, with the lines and buses per hour on it, both ways.*

# %%
shown = ["streets", "length_m", "buses_per_hour", "park_line_count", "share_of_lines", "park_lines"]
shown += ["indicative", "service_indicative"]
links = brief.bottleneck.links[shown]
transit.table_card(links, "班次最多的路段 · the streets with most buses", rows=5)

# %% [markdown]
# ## 6. 地图 · The map
#
# 点击站点、线路、路段可见依据；图层可开关。存为单个文件，断网也能打开。
#
# *Click for the evidence. Saved, it is one file that opens without a network.*

# %%
page = transit.study_map(brief)
page

# %% [markdown]
# ```python
# transit.write_page("maps/park.html", page)
# transit.write_report("report", transit.report(brief))      # Word、Excel、HTML、图
# ```
