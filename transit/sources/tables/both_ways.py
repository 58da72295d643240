"""Tables with one row a line and a column each way, such as 上行站点 and 下行站点."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from transit.sources.tables.aliases import plain_name
from transit.sources.tables.raw import RawTable

WAYS = (("上行", "下行"), ("去程", "回程"), ("去程", "返程"))


def divided(raw: RawTable) -> RawTable:
    """``raw`` with a row each way where it has columns each way, else ``raw`` itself.

    Columns that begin with the words for both ways and go on alike become one; the rest is the
    same for both rows. A way without stops (a line that is a loop) gets no row.
    """
    for out, back in WAYS:
        names = {plain_name(name): name for name in raw.frame.columns}
        both = [name.removeprefix(out) for name in names if name.startswith(out)]
        both = [rest for rest in both if rest and back + rest in names]
        if both:
            pairs = {rest: (names[out + rest], names[back + rest]) for rest in both}
            stacked = _stacked(raw, pairs, (out, back))
            return stacked if len(stacked.frame) else raw
    return raw


def _stacked(raw: RawTable, pairs: dict[str, tuple[str, str]], ways: tuple[str, str]) -> RawTable:
    each_way = [name for pair in pairs.values() for name in pair]
    frames, labels = [], []
    for at, way in enumerate(ways):
        own = {f"{rest}({'、'.join(ways)})": raw.frame[pair[at]] for rest, pair in pairs.items()}
        filled = pd.DataFrame(own).ne("").any(axis=1)
        frames.append(raw.frame.drop(columns=each_way).assign(**own, 方向=way)[filled])
        labels.append(pd.Series([f"{label} {way}" for label in raw.labels], dtype=str)[filled])
    note = f"columns {', '.join(each_way)} give a row of the table two lines, one each way"
    return replace(
        raw,
        frame=pd.concat(frames).sort_index(kind="stable").reset_index(drop=True),
        labels=tuple(pd.concat(labels).sort_index(kind="stable")),
        notes=(*raw.notes, note),
    )
