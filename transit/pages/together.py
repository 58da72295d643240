"""One page out of contents in several languages: what is alike is held once.

Each content is encoded alone; where the texts of two trees differ there stands ``{"t": place}``,
a place in the list of texts, which holds one text a language. All else must be equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pypinyin import Style, pinyin

from transit.errors import Problem, raise_if
from transit.pages.content import PageContent
from transit.pages.encode import page_tree, safe_json
from transit.pages.tiles import Tiles, shifted, tiles_data
from transit.terms import terms

_MEND = "build the contents of all languages from the same values"


def page_json(contents: PageContent | Sequence[PageContent], tiles: Tiles | None = None) -> str:
    """The JSON text of one page; the first content's language is shown first.

    Raises ``DataError`` with every fault of the layers, and for contents that are not alike.
    """
    found = [contents] if isinstance(contents, PageContent) else list(contents)
    raise_if(_unlike_layers(found))
    trees = [
        page_tree(shifted(content, tiles)) | {"tiles": tiles_data(tiles, content.language)}
        for content in found
    ]
    texts: dict[tuple[str, ...], int] = {}
    tree = {key: _part([one[key] for one in trees], key, texts) for key in trees[0]}
    tree["popups"] = _shared_popups(tree["layers"])
    tree["languages"] = [
        {"tag": one.language, "name": terms(one.language)["language_name"]} for one in found
    ]
    tree["pinyin"] = readings(found[0])
    tree["texts"] = list(texts)
    return safe_json(tree)


def readings(content: PageContent) -> dict[str, str]:
    """Every reading, in Latin letters and divided by spaces, of each Chinese character of a name.

    A character alone is asked for, so that a name is found by any reading its characters have.
    """
    letters = {
        letter
        for layer in content.layers
        if layer.labels != "none"
        for feature in layer.features
        for letter in feature.label
    }
    found = {}
    for letter in sorted(letters):
        own = pinyin(letter, style=Style.NORMAL, heteronym=True, errors="ignore")
        said = dict.fromkeys(one for syllables in own for one in syllables)
        # ü is typed as v or u.
        said |= dict.fromkeys(one.replace("v", "u") for one in said)
        if said:
            found[letter] = " ".join(said)
    return found


class _UnlikeError(Exception):
    """Two trees differ in more than their texts."""


def _part(parts: list[Any], key: str, texts: dict[tuple[str, ...], int]) -> Any:  # noqa: ANN401
    if key == "layers":
        return [_layer(list(own), texts) for own in zip(*parts, strict=True)]
    try:
        return _merged(parts, texts)
    except _UnlikeError:
        problem = Problem("map page", f"its {key} are not alike in all languages", _MEND)
        raise_if([problem])


def _layer(parts: list[Any], texts: dict[tuple[str, ...], int]) -> Any:  # noqa: ANN401
    try:
        return _merged(parts, texts)
    except _UnlikeError:
        where = f"map layer {parts[0]['name']}"
        raise_if([Problem(where, "is not alike in all languages", _MEND)])


def _merged(parts: list[Any], texts: dict[tuple[str, ...], int]) -> Any:  # noqa: ANN401
    first = parts[0]
    if all(part == first for part in parts):
        return first
    if all(isinstance(part, str) for part in parts):
        return {"t": texts.setdefault(tuple(parts), len(texts))}
    if all(isinstance(part, dict) for part in parts):
        # What is empty is left out, so that a text may be there in one language only.
        keys = dict.fromkeys(key for part in parts for key in part)
        return {key: _merged([part.get(key, "") for part in parts], texts) for key in keys}
    if all(isinstance(part, list | tuple) and len(part) == len(first) for part in parts):
        return [_merged(list(own), texts) for own in zip(*parts, strict=True)]
    raise _UnlikeError


def _unlike_layers(contents: Sequence[PageContent]) -> list[Problem]:
    """Layers that one language has and another has not, or that stand in another order."""
    problems = []
    keys = [[layer.key for layer in content.layers] for content in contents]
    for content, own in zip(contents[1:], keys[1:], strict=True):
        missing = sorted(set(keys[0]) ^ set(own))
        problems += [
            Problem(f"map layer {key}", f"is in {contents[0].language} or {content.language} "
                    "only", _MEND)
            for key in missing
        ]  # fmt: skip
        if not missing and own != keys[0]:
            fault = f"have another order in {content.language} than in {contents[0].language}"
            problems.append(Problem("map layers", fault, _MEND))
    return problems


def _shared_popups(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every popup of ``layers`` once; the features are left with its place in the list."""
    places: dict[str, int] = {}
    popups: list[dict[str, Any]] = []
    for feature in (one for layer in layers for one in layer.get("features", ())):
        if "popup" in feature:
            text = safe_json(feature["popup"])
            if text not in places:
                places[text] = len(popups)
                popups.append(feature["popup"])
            feature["popup"] = places[text]
    return popups
