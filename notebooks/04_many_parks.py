# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 04 多个园区、多个方案 · Many parks and scenarios
#
# 复函还点名了深圳湾科技园区、南山智园崇文园区等。园区与方案一多，就不该逐个点鼠标：先用循环，再用一份 `study.yaml`。
#
# *Other parks are named, too. With many parks and scenarios: a loop first, then one file, `study.yaml`.*

# %%
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd
from shapely.geometry import box

import transit

area = transit.read_area(transit.bundled_area())
base = area.network
yinxing = area.park("银星科技园")

# %% [markdown]
# 第二个园区是演示用的矩形（示意），在观澜爱心家园一带；你的园区放进 `parks.geojson` 即可。
#
# *The second park is a made-up rectangle, for the sake of the example.*

# %%
gate = {"park_id": "demo", "gate_id": "D1", "gate_name": "东门", "gate_lon": 114.0403}
gate |= {"gate_lat": 22.7352, "indicative": True, "year": 2020, "source": "notebook 04"}
demo = transit.Park.from_wgs84(
    "demo",
    "演示园区",
    crs=base.crs,
    outline=box(114.0370, 22.7330, 114.0402, 22.7365),
    gates=pd.DataFrame([gate]),
    indicative=True,
    source="notebook 04",
)
parks = [yinxing, demo]

# %% [markdown]
# ## 1. 园区 × 限距 · Parks by limit

# %%
rows = [
    {"park_name": brief.park.park_name, "limit_m": limit}
    | brief.coverage.query("of == 'any stop'").set_index("kind")["share"].to_dict()
    | {"lines": brief.definitions.set_index("within").loc["outline", "lines"]}
    for limit in (300, 500, 800)
    for brief in transit.briefs(base, parks, limit_m=limit)
]
shares = pd.DataFrame(rows)
shares = shares.rename(columns={"straight": "share_straight", "walk": "share_walk"})
transit.table_card(shares, "园区 × 限距 · parks by limit")

# %% [markdown]
# 分母：各园区范围面积（示意）。*Denominator: each park's outline.*
#
# ## 2. 方案成批生成 · Scenarios by the dozen
#
# 方案是值，可以用循环造出来：每条在园区始发或途经的线路，早高峰间隔改为 10 分钟，逐一比较。
#
# *Scenarios are values: one for each line near the park, its headway set to ten minutes.*

# %%
near = transit.brief(base, yinxing).lines
names = sorted(set(near.loc[near["within_walk"], "route_short_name"]))
scenarios = [
    transit.Scenario(
        f"{name}_10min",
        (transit.ChangeHeadway(line=name, headway_secs=600, start_time="07:00", end_time="09:00"),),
    )
    for name in names
]
possible = [one for one in scenarios if not one.problems(base)]
print(f"{len(possible)} / {len(scenarios)} 个方案可行 · can be made")

# %%
comparison = transit.compare(base, possible, parks)
measures = comparison.changed().query("subject == 'park' and measure == 'buses_per_hour_walk'")
vehicles = comparison.operation.query("measure == 'vehicles' and change != 0")
gained = measures.pivot_table(index="scenario", columns="subject_name", values="change")
added = vehicles.groupby("scenario")["change"].sum().rename("增加配车数（辆）")
gained = gained.add_suffix("：高峰班次变化（班/小时）").join(added).reset_index()
transit.table_card(gained, "间隔改为 10 分钟 · every ten minutes")

# %% [markdown]
# ## 3. 在预算内找最好的几个 · The best few within a budget
#
# `transit.suggest` 把目录里的小调整逐一完整计算，不取样。例：B919 的首末站改到园区附近何处最好？
#
# *Every small change of a catalogue is tried in full. Here: where near the park had B919 best begin?*

# %%
found = transit.suggest(
    base,
    yinxing,
    catalogue=transit.Catalogue(verbs=("move_origin",), lines=("B919",)),
    budget=transit.Budget(vehicles=2),
    measure="buses_per_hour_walk",
    best=3,
)
shown = ["rank", "equal", "what", "before", "after", "vehicles", "km_a_day", "losses", "who_loses"]
best = found.best_in("zh-CN")[[*shown, "indicative"]]
transit.table_card(best, "步行可达的高峰班次（班/小时） · buses an hour within a walk")

# %% [markdown]
# ## 4. 一份 study.yaml · One file for all of it
#
# 区域 × 园区 × 方案 × 限距。算过的存盘，中断后接着算；有一页索引链接全部结果。
#
# *Finished cases are kept: a run that was stopped goes on where it was, and one page links all results.*

# %%
out = Path(mkdtemp())
study = f"""study: demo
title: 两种限距下的三个方案
areas: [{area.folder.as_posix()}]
scenarios: all
limits_m: [300, 500]
measures: [share_straight, share_walk, lines_within_walk, buses_per_hour_walk]
"""
(out / "study.yaml").write_text(study, encoding="utf-8")
results = transit.run(out / "study.yaml", out / "results")
results

# %%
again = transit.run(out / "study.yaml", out / "results")
print(f"再运行：{again.cases['reused'].sum()} / {len(again.cases)} 个算例沿用 · cases reused")
print("写出 · written:", ", ".join(again.written))

# %% [markdown]
# 命令行相同 · the same on the command line:
#
# ```sh
# transit run study.yaml --out results --jobs 2
# ```
