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
# 为了离线也能运行，下面的小文件由本篇自己写出；换成你的文件名即可。
#
# *Three ways in: a place name (online), an OSM extract, a GTFS feed; and the most common one, a table of lines. The small
# files are written here, so that everything runs offline: put your own in their place.*

# %%
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import osmium
import pandas as pd
from shapely.geometry import box

import transit
from transit.datum import from_wgs84

ONLINE = False  # 联网时改为 True · set to True on a machine with internet
folder = Path(mkdtemp())

# %% [markdown]
# ## 1. 地名 · A place name

# %%
if ONLINE:
    district = transit.from_overpass(place="Longhua District, Shenzhen")
else:
    district = "未联网，略过：由地名下载 · offline, so no download of a place"
district

# %% [markdown]
# ## 2. OSM 提取文件 · An OSM extract (PBF)
#
# 真实文件如 `guangdong.osm.pbf`。此处写一个小镇：7 × 7 个路口，街区 150 m，两个公交站。
#
# *A town of 7 × 7 junctions, 150 m apart, with two bus stops.*

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

town = transit.from_osm(extract, name="小镇")
town

# %% [markdown]
# 步行 300 m 的服务范围，可存为 GIS 文件。*A walk of 300 m, ready for GIS.*

# %%
catchment = transit.stop_catchment(town, "东门", limit_m=300, kind="walk")
catchment.to_frame().to_file(folder / "east_gate.gpkg")
catchment

# %% [markdown]
# ## 3. GTFS
#
# 真实文件如 `feed.zip`。此处先把自带网络写成 GTFS，再读回来：同一网络，指纹相同的线路表。
#
# *The bundled network is written as GTFS here, and read back.*

# %%
area = transit.read_area(transit.bundled_area())
feed = transit.write_gtfs(area.network, folder / "feed.zip", date=date(2020, 1, 6))
reading = transit.read_gtfs(feed, streets=area.network.streets)
for note in reading.notes:
    print(note)
reading.network

# %%
transit.readable(reading.counts)

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
print("\n".join(draft.told))

# %% [markdown]
# 先看懂了什么，再写入；写成的文件夹就是一个研究区域，各命令都能用。
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
