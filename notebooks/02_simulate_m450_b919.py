# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 02 M450 与 B919 的调整 · Simulate M450 and B919
#
# 2020 年下半年：新设“电子科大深圳高研院”站，M450 延伸至园内始发。2021 年计划：B919 首末站由观澜爱心家园调整到银星科技园公交首末站。
# 谁受益，**谁受损**，受损者还剩什么？
#
# *Two changes the city made or planned: who gains, **who loses**, and what is left to those who lose.*

# %%
import transit

area = transit.read_area(transit.bundled_area())
park = area.park("银星科技园")
base = area.network
scenarios = [
    transit.read_scenario(area.folder / "scenarios" / f"{name}.yaml")
    for name in ("m450_2020", "b919_2021", "both")
]
scenarios[0]

# %% [markdown]
# 两个新站的准确位置未公布，图表中标“示意”。方案按所列次序实施；基础网络不会被改动。
#
# *The places of both new stops are not known and marked. Changes are made in order; the base is never touched.*

# %% [markdown]
# ## 1. 前后对比 · Before and after

# %%
comparison = transit.compare(base, scenarios, park)
comparison

# %% [markdown]
# ## 2. 得失逐条 · Gains and losses, one by one
#
# 受损的每一条都说：该站还剩哪些线路，该线路最近的站要走多远，附近有没有去向相近的另一条线路。
#
# *For each loss: which lines still call, how far the line's next stop is, and which other line goes the same way.*

# %%
ledger = comparison.ledger
shown = ["scenario", "effect", "subject_name", "line", "what", "buses_per_hour", "lines_there"]
shown += ["next_stop", "next_walk_m", "other_line", "other_walk_m", "indicative"]
both = ledger[ledger["scenario"] == "both"]
transit.table_card(both[shown], "两项调整一起的得失 · gains and losses of both changes", rows=40)

# %% [markdown]
# ## 3. 运营投入 · What it takes to run
#
# 里程、单程时间、周转时间、配车数（周转时间 ÷ 发车间隔，向上取整）。车速、停站时间、停车休整为假定，列在最后。
#
# *Length, run time, cycle time and vehicles; the assumptions stand below.*

# %%
shown = ["route_short_name", "measure", "unit", "before", "after", "change", "indicative"]
operation = comparison.operation.query("scenario == 'both' and abs(change) > 0.05")
transit.table_card(operation[shown], "运营投入 · what it takes to run", rows=40)

# %%
assumed = comparison.assumptions.table().query("applies").drop(columns="applies")
transit.table_card(assumed, "假定 · assumptions")

# %% [markdown]
# ## 4. 差异图 · The map of differences
#
# 上方按钮切换调整前、调整后、差异与前后对照。*The buttons show before, after, the difference, or both sides at once.*

# %%
transit.change_map(comparison.cases[1])

# %% [markdown]
# ## 5. 哪一项调整起了作用 · Which change did it
#
# 沙普利值：一项调整在各种实施次序下新增效应的平均；各项之和等于总效应。
#
# *The Shapley value is the mean of what a change adds over every order; the shares sum to the whole effect.*

# %%
transit.attribute(base, scenarios[2], ["share_walk", "buses_per_hour_walk"], park)

# %% [markdown]
# ## 6. 自己的方案 · A change of your own
#
# 一项调整是一个值，一个方案是一列调整。例：M450 早高峰每 10 分钟一班。
#
# *A change is a value, a scenario a list of them.*

# %%
every_10_min = transit.ChangeHeadway(
    line="M450", headway_secs=600, start_time="07:00", end_time="09:00"
)
mine = transit.Scenario("mine", (every_10_min,), title="M450 早高峰每 10 分钟一班")
transit.compare(base, mine, park)

# %% [markdown]
# 有错时，全部错误一次说清，连同更正办法。*All faults at once, each with how to mend it.*

# %%
wrong = transit.Scenario(
    "wrong",
    (
        transit.MoveOrigin(line="M45O", from_stop="观澜银星工业园", to_stop="S0511"),
        transit.ChangeHeadway(line="M450", headway_secs=600, start_time="03:00", end_time="04:00"),
    ),
)
for problem in wrong.problems(base):
    print(problem)

# %% [markdown]
# ## 7. 在地图上改 · Edit on the map
#
# 在 JupyterLab 中运行下一格即出现编辑器：选线路，拖动或添加站点，一键延伸至园区；覆盖率、得失、配车数与车公里随即更新，
# 可写成 YAML。静态网页中只显示其名称。运营成本只在给出单价（及其来源）时显示：`unit_costs=transit.UnitCosts(…)`。
#
# *In JupyterLab this is a map to edit lines on: pick one, drag or add a stop, extend it to the park. Money is shown only
# where you give unit costs with their source.*

# %%
editor = transit.edit(base, park, scenarios[0])
editor

# %% [markdown]
# 手势也可写成代码，结果是同样的方案。*Gestures can be written as code; the result is a scenario like any other.*

# %%
editor.ask(do="pick", pattern="M450_0")
editor.ask(do="headway", minutes=10)
editor.scenario
