"""Which name a stop is shown by, where several are written for one place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transit.sources.consolidate.ground import Calls
from transit.sources.consolidate.groups import Groups
from transit.sources.consolidate.joining import Joined
from transit.sources.consolidate.kerbs import Kerbs
from transit.sources.consolidate.names import shown, without_bay

KEEPS_ITS_NAME = "form of one name"
"""The rule of pairs that are one place under two names, such as 总站 beside the stop."""


def shown_names(calls: Calls, kerbs: Kerbs, joined: Joined) -> list[str]:
    """The name each kerb is shown by: of its place's names, the one with most calls.

    Numbers of bays are dropped. A terminus keeps its name beside the stop of its place.
    """
    made = joined.decisions[joined.decisions["keep"]]
    renamed = made[(made["what"] == "one stop") | (made["rule"] != KEEPS_ITS_NAME)]
    groups = Groups(joined.stop)
    for one, other in renamed[["one", "other"]].to_numpy().tolist():
        groups.join(one, other)
    group = groups.labels()
    texts = _without_bays([calls.names[name] for name in kerbs.name], group)
    table = pd.DataFrame({"group": group, "text": texts, "visits": kerbs.visits})
    counts = table.groupby(["group", "text"], as_index=False)["visits"].sum()
    counts = counts.sort_values(["group", "visits", "text"], ascending=[True, False, True])
    best = counts.drop_duplicates("group").set_index("group")["text"]
    return list(best.loc[group])


def _without_bays(names: list[str], group: np.ndarray) -> list[str]:
    """Names without the number of a bay; a plain digit is one where the place has others."""
    table = pd.DataFrame({"group": group, "name": names})
    table["bare"] = table["name"].map({name: without_bay(name) for name in set(names)})
    forms = table.groupby(["group", "bare"])["name"].transform("nunique")
    return [bare if several > 1 else shown(name)
            for name, bare, several in zip(table["name"], table["bare"], forms, strict=True)]  # fmt: skip
