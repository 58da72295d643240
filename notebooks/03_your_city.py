# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 03 换成你的城市 · Your own city
#
# 三条路：一个地名（联网，取 OpenStreetMap），一份 OSM 提取文件（PBF），一份 GTFS；再加一条最常用的：一张线路站点表。
# **把你的地名、文件写进下一格，再运行全篇。** 留空的，用虚构的小镇和自带资料演示，并注明所用为何；第 4、5 节一律用小镇演示。
#
# *Three ways in: a place name (online), an OSM extract, a GTFS feed; and the most common one, a table of lines. **Fill in
# the next cell and run all.** What is left empty runs on a made-up town and the bundled data, and says so; sections 4 and 5
# always show the town.*

# %%
MY_PLACE = ""  # 地名（须联网） · a place, online: "Longhua District, Shenzhen"
MY_PBF = ""  # OSM 提取文件 · an OSM extract: "guangdong.osm.pbf"
MY_GTFS = ""  # GTFS 文件 · a feed: "feed.zip"

# %%
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import osmium
import pandas as pd
from shapely.geometry import box

import transit
from transit.datum import from_wgs84
from transit.terms import told

folder = Path(mkdtemp())


def used(mine: str, made_up: str) -> None:
    """说明所用资料 · says what is used."""
    print("所用 · used:", mine or made_up)


# %% [markdown]
# ## 1. 地名 · A place name

# %%
used(MY_PLACE, "未填地名，不下载 · nothing: no place is given")
transit.from_overpass(place=MY_PLACE) if MY_PLACE else None

# %% [markdown]
# ## 2. OSM 提取文件 · An OSM extract (PBF)
#
# 未填 `MY_PBF` 时用此处写出的小镇：7 × 7 个路口，街区 150 m，两个公交站。全省的文件可用 `bbox=(西, 南, 东, 北)` 只取一片。
#
# *Without `MY_PBF`: a town of 7 × 7 junctions, 150 m apart, with two bus stops. Of a large extract `bbox=(west, south, east,
# north)` reads a part.*

# %%
LON, LAT, EAST, NORTH = 114.30, 22.80, 0.15 / 102.6, 0.15 / 110.7  # 150 m 的度数 · in degrees


def place(column: float, row: float) -> tuple[float, float]:
    return LON + column * EAST, LAT + row * NORTH


extract = folder / "town.osm.pbf"
with osmium.SimpleWriter(str(extract)) as writer:
    for number in range(49):
        where = place(number % 7, number // 7)
        writer.add_node(osmium.osm.mutable.Node(id=number + 1, location=where))
    for number, (name, where) in enumerate({"东门": (5, 2), "西门": (1, 4)}.items(), 101):
        tags = {"highway": "bus_stop", "name": name}
        writer.add_node(osmium.osm.mutable.Node(id=number, location=place(*where), tags=tags))
    for line in range(7):
        along = [7 * line + step + 1 for step in range(7)]
        across = [7 * step + line + 1 for step in range(7)]
        for number, nodes in ((line, along), (line + 7, across)):
            tags = {"highway": "residential", "name": f"{number + 1} 号路"}
            writer.add_way(osmium.osm.mutable.Way(id=number + 1, nodes=nodes, tags=tags))

used(MY_PBF, "虚构的小镇，演示用 · a made-up town, for show")
mine = transit.from_osm(MY_PBF) if MY_PBF else transit.from_osm(extract, name="小镇")
mine

# %% [markdown]
# 一个站点步行 300 m 的服务范围，可存为 GIS 文件。*A walk of 300 m to a stop, ready for GIS.*

# %%
stop = mine.feed.stops["stop_id"].iloc[0]  # 或站名 · or a name, such as "东门"
catchment = transit.stop_catchment(mine, stop, limit_m=300, kind="walk")
catchment.to_frame().to_file(folder / "walk_300_m.gpkg")
catchment

# %% [markdown]
# ## 3. GTFS
#
# 未填 `MY_GTFS` 时，先把自带网络写成 GTFS，再读回来。填了 `MY_PBF` 时街道取自该文件，否则你的 GTFS 只有直线距离。
#
# *Without `MY_GTFS` the bundled network is written as GTFS and read back. The streets are those of `MY_PBF`; without it
# your feed has straight distances only.*

# %%
area = transit.read_area(transit.bundled_area())
used(MY_GTFS, "自带的 2020 年线路，演示用 · the bundled lines of 2020, for show")
if MY_GTFS:
    reading = transit.read_gtfs(MY_GTFS, streets=mine.streets if MY_PBF else None)
else:
    feed = transit.write_gtfs(area.network, folder / "feed.zip", date=date(2020, 1, 6))
    reading = transit.read_gtfs(feed, streets=area.network.streets)
for note in reading.notes:
    print(told(note, "zh-CN"))
reading.network

# %%
transit.table_card(reading.counts, "读到了什么 · what was read", rows=30)

# %% [markdown]
# ## 4. 线路站点表 · A table of lines and stops
#
# CSV、XLSX 都可，列名中英文皆可，UTF-8 或 GBK。**坐标基准必须写明**：高德、腾讯为 GCJ-02，百度为 BD-09；当作 WGS-84 会偏 500–1200 m。
#
# *The datum has no default: maps in China are GCJ-02 or BD-09, and unconverted they are off by 500 to 1,200 m.*

# %%
stops = {"西门": (1, 4), "集市": (3, 4), "医院": (3, 2), "东门": (5, 2)}
degrees = from_wgs84([place(*where) for where in stops.values()], "GCJ-02")
rows = [
    f"镇1路,{direction},{number},{name},{lon:.6f},{lat:.6f},06:30,21:30,12"
    for direction, order in ((0, [0, 1, 2, 3]), (1, [3, 2, 1, 0]))
    for number, at in enumerate(order, 1)
    for name, (lon, lat) in [(list(stops)[at], degrees[at])]
]
table = folder / "lines.csv"
header = "线路名称,方向,站序,站点名称,经度,纬度,首班,末班,发车间隔"
table.write_text("\n".join([header, *rows]), encoding="gb18030")

facts = transit.Facts(source="小镇线路表 2024", year=2024)
draft = transit.draft_of_table(
    table, datum="GCJ-02", facts=facts, name="小镇", site=transit.read_site(extract, None)
)
print("\n".join(told(line, "zh-CN") for line in draft.told))

# %% [markdown]
# 先看懂了什么，再写入；写成的文件夹就是一个研究范围，各命令都能用。
#
# *First what was understood; then it is written as a study area. The same on the command line:*
#
# ```sh
# transit import lines.csv --datum GCJ-02 --year 2024 --source "…" --streets town.osm.pbf --out my_town
# transit quality --area my_town
# ```

# %%
my_town = draft.write(folder / "my_town")
transit.quality(my_town.network)

# %% [markdown]
# ## 5. 园区与概况 · A park, and its brief
#
# 园区 = 边界 + 出入口。此处画一个 300 m × 300 m 的园区；真实的放进 `parks.geojson`、`gates.csv`（或 `transit import --parks`）。
#
# *A park is an outline and gates; put yours into `parks.geojson` and `gates.csv`.*

# %%
outline = box(*place(3.1, 2.1), *place(4.9, 3.9))
gates = pd.DataFrame(
    {
        "park_id": "P1", "gate_id": ["G1"], "gate_name": ["南门"],
        "gate_lon": [place(4, 2)[0]], "gate_lat": [place(4, 2)[1]],
        "indicative": True, "year": 2024, "source": "notebook 03",
    }
)  # fmt: skip
park = transit.Park.from_wgs84(
    "P1", "小镇园区", crs=my_town.network.crs, point=place(4, 3), outline=outline,
    gates=gates, indicative=True, source="notebook 03",
)  # fmt: skip
brief = transit.brief(my_town.network, park, limit_m=500)
brief

# %%
transit.study_map(brief)
