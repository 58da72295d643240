# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 05 方法与局限 · Methods and their limits
#
# 每个数字怎么来的，换一种做法会差多少，哪些地方不能当真。
#
# *How each number comes about, what another method would give, and where not to trust it.*

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import shapely

import transit
from transit.datum import from_wgs84
from transit.units import project

area = transit.read_area(transit.bundled_area())
base = area.network
park = area.park("银星科技园")

# %% [markdown]
# ## 1. “以内”的四种口径 · What "within" means
#
# 同一园区、同一限距，数目可以差两三倍；报告必须写明口径。
#
# *The same park and limit: counts differ by a factor of two or three.*

# %%
counts = [
    transit.brief(base, park, limit_m=limit).definitions[["limit_m", "within", "stops", "lines"]]
    for limit in (300, 500, 800)
]
table = pd.concat(counts, ignore_index=True)
transit.table_card(table, "站台与线路数 · kerbs and lines")

# %% [markdown]
# ## 2. 面积：精确值与凸包、格网 · Exact area against hull and grid
#
# 步行服务范围 = 直线接驳（至多 100 m）加沿街步行不超过 500 m 的每一点。这个面积可以精确求得：街道在“限距 − 接驳”处截断，
# 再以接驳距离缓冲。常见的两种近似：可达街道的凸包（算进够不着的地块，又漏掉街道两侧的接驳带，总数碰巧相近也不是同一片地）、
# 50 m 格网（结果随格网位置跳动）。
#
# *The walk area is exact. The hull of the streets reached counts ground that cannot be reached and leaves out the access
# on both sides; a grid depends on where it lies.*

# %%
stop = "观澜爱心家园"
walk = transit.stop_catchment(base, stop, kind="walk")
straight = transit.stop_catchment(base, stop, kind="straight")
hull = shapely.convex_hull(shapely.union_all(walk.streets))


def on_grid(shape: shapely.Geometry, step_m: float, shift_m: float) -> float:
    west, south, east, north = shape.bounds
    xs = np.arange(west - step_m + shift_m, east + step_m, step_m)
    ys = np.arange(south - step_m + shift_m, north + step_m, step_m)
    return float(shapely.contains_xy(shape, *np.meshgrid(xs, ys)).sum()) * step_m**2


grids = [on_grid(walk.area, 50, shift) for shift in (0, 10, 20, 30, 40)]
areas = pd.Series(
    {
        "精确 · exact": walk.area.area,
        "50 m 格网，最小 · grid, least": min(grids),
        "50 m 格网，最大 · grid, most": max(grids),
        "可达街道的凸包 · hull of the streets": hull.area,
        "　凸包内够不着的 · of it out of reach": (hull - walk.area).area,
        "　够得着而在凸包外 · reached outside it": (walk.area - hull).area,
        "直线圆 · straight circles": straight.area.area,
    }
)
columns = {
    "面积（公顷）· ha": areas / 1e4,
    "share（占精确值 · of the exact）": areas / areas["精确 · exact"],
}
transit.table_card(pd.DataFrame(columns).reset_index(names="做法 · method"), "面积 · area")

# %%
figure, axes = plt.subplots(figsize=(6, 5))
for shape, colour, label in (
    (straight.area, "#999999", "straight 500 m"),
    (hull, "#D55E00", "hull of the streets reached"),
    (walk.area, "#0072B2", "exact walk area"),
):
    for part in shapely.get_parts(shape):
        axes.fill(*part.exterior.xy, alpha=0.25, color=colour, label=label)
        label = None
for street in walk.streets:
    axes.plot(*street.xy, color="#222222", linewidth=1)
axes.set_aspect("equal")
axes.set_axis_off()
axes.legend(loc="upper left", frameon=False)
plt.show()

# %% [markdown]
# 圆用 256 边形，面积少 0.01 %。*Circles are polygons of 256 sides: 0.01 % less.*
#
# ## 3. 坐标系与坐标基准 · CRS and datum
#
# 同一个 500 m 圆，在网页地图的 EPSG:3857 里量，实地只有 460 m 上下。本工具在 EPSG:4547（CGCS2000 三度带）里量，拒绝 3857。
#
# *A "500 m" circle in EPSG:3857 is about 460 m on the ground; it is refused for measuring.*

# %%
lon, lat = 114.042, 22.729
here = project([(lon, lat)], "EPSG:4547")[0]
moved = {
    datum: float(np.hypot(*(project(from_wgs84([(lon, lat)], datum), "EPSG:4547")[0] - here)))
    for datum in ("GCJ-02", "BD-09")
}
mercator = 500 * np.cos(np.radians(lat))
lost = 2 / np.pi * (np.arccos(moved["GCJ-02"] / 1000) - moved["GCJ-02"] / 1000
                    * np.sqrt(1 - (moved["GCJ-02"] / 1000) ** 2))  # fmt: skip
facts = pd.Series(
    {
        "GCJ-02 当作 WGS-84：偏移 · shift (m)": round(moved["GCJ-02"]),
        "BD-09 当作 WGS-84：偏移 · shift (m)": round(moved["BD-09"]),
        "两个 500 m 圆偏移 GCJ-02 后的重叠 · overlap left (%)": round(100 * lost),
        "EPSG:3857 里的 500 m，实地 · on the ground (m)": round(mercator),
    }
)
transit.table_card(
    facts.reset_index().set_axis(["量 · what", "数值 · value"], axis=1), "坐标 · positions"
)

# %% [markdown]
# 坐标基准未转换，结果看似正常，其实全错；所以读表时必须写明，且与地铁站、街道不符时会被拒绝。
#
# *An unconverted table looks right and is wrong: the datum must be declared, and one that does not fit is refused.*

# %%
stops = base.feed.stops
unconverted = from_wgs84(stops[["stop_lon", "stop_lat"]].to_numpy(), "GCJ-02")
streets = transit.TrustedLayer("街道 · streets", "streets", base.streets.lines, crs=base.crs)
places = shapely.points(base.stations[["station_lon", "station_lat"]].to_numpy())
metro = transit.TrustedLayer(
    "地铁站 · metro", "stations", places, names=base.stations["station_name"]
)
fit = transit.datum_fit(unconverted, [streets, metro], names=stops["stop_name"])
transit.table_card(fit.table, "各坐标基准与街道、地铁站的偏差 · residuals of each datum")

# %% [markdown]
# ## 4. 站点接到街道 · Snapping to streets
#
# 站点、出入口接到最近的可步行街道，至多 100 m；更远的不猜，记为“附近无道路”，步行口径不计它。
#
# *Stops and gates are put on the nearest street within 100 m; what is farther is left out and counted.*

# %%
anchors = base.stop_anchors
inside = base.stop_in_area
reached = inside & (anchors.edge >= 0)
facts = pd.Series(
    {
        "路网范围内的站台 · kerbs in the study area": int(inside.sum()),
        "其中接到街道 · on a street": int(reached.sum()),
        "接驳距离中位数 · median access (m)": round(float(np.median(anchors.access_m[reached])), 1),
        "最大 · most (m)": round(float(anchors.access_m[reached].max()), 1),
    }
)
transit.table_card(
    facts.reset_index().set_axis(["量 · what", "数值 · value"], axis=1), "接驳 · access"
)

# %% [markdown]
# ## 5. 发车间隔是假定的 · Headways are assumed
#
# 自带资料没有发车间隔，一律假定并标示意。若实际间隔是假定的两倍，班次与配车减半，而站点、线路、覆盖率不变：
#
# *If headways were twice as long, buses and vehicles would halve; stops, lines and coverage would not change.*

# %%
assumed = base.feed.frequencies
doubled = base.with_feed(
    base.feed.with_tables(frequencies=assumed.assign(headway_secs=assumed["headway_secs"] * 2))
)
sides = {"假定 · assumed": base, "间隔加倍 · doubled": doubled}
rows = []
for name, network in sides.items():
    brief = transit.brief(network, park)
    near = brief.lines[brief.lines["within_walk"]]
    share = brief.coverage.query("kind == 'walk' and of == 'any stop'")["share"].iloc[0]
    rows.append(
        {
            "发车间隔 · headways": name,
            "buses_per_hour": near["buses_per_hour"].sum(),
            "lines": near["route_id"].nunique(),
            "share_walk": share,
        }
    )
transit.table_card(pd.DataFrame(rows), "步行 500 m 以内 · within a walk of 500 m")

# %% [markdown]
# ## 6. 什么是“示意” · What is indicative
#
# 示意 = 本项目估绘或假定。每张表都带这一列；换成实测或公布资料后改为 `false`，重算即可。
#
# *Digitised or assumed by this project. Replace it, set the mark to false, and run again.*

# %%
transit.quality(base, area.parks)

# %% [markdown]
# ## 7. 归因：次序不同，答案不同 · Attribution
#
# 两项调整一起的效应，不等于各自效应之和时，差额按各种次序平均分摊（沙普利值）；各项单独、最后、分摊三个数并列。
#
# *Where two changes do more, or less, together, the difference is shared by the mean over every order.*

# %%
both = transit.read_scenario(area.folder / "scenarios" / "both.yaml")
shares = transit.attribute(base, both, ["stops_within_walk", "share_straight"], park)
shares

# %% [markdown]
# ## 8. 指标定义 · Definitions
#
# 名称、单位、定义、分母与地位（国标、评价指标或本项目自定）。*Unit, definition, denominator and status of each measure.*

# %%
transit.table_card(transit.metrics().drop(columns="measure"), "全部指标 · every measure", rows=99)

# %% [markdown]
# ## 9. 还不能回答的 · What it cannot answer yet
#
# * 拥挤、延误、票价、换乘时间：没有资料，不计。
# * 道路只有已知有公交的路段，步行距离偏大、步行覆盖率偏小；下载 OpenStreetMap 街道（`transit fetch`）后重算。
# * 人口与岗位须自备（`zones.geojson`），否则不报覆盖人口。
# * “500 m 覆盖率”的分母若取建成区，须自备建成区边界。
#
# *No crowding, delays, fares or transfer times; only streets that carry buses are known, so walks are upper bounds; people and
# jobs come from your zones.*
