"""What the browser asks for, as the next state: read strictly, and refused in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from transit.editor import gestures
from transit.editor.gestures import Changes, Spot
from transit.editor.state import EditorState, edited, picked, redone, refused, undone
from transit.errors import Problem
from transit.terms import DEFAULT, terms

Gesture = Literal["move", "add", "remove", "extend", "park", "origin", "reroute", "headway"]


class Place(BaseModel):
    """A stop that is there (``stop``, an id), or a place in WGS-84 degrees and a name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    stop: str = ""
    lon: float = 0.0
    lat: float = 0.0
    name: str = ""

    @property
    def spot(self) -> Spot:
        """The same as gestures take it."""
        return Spot(self.stop, self.lon, self.lat, self.name)


class Command(BaseModel):
    """One gesture: ``do`` says which, the rest what it is about."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    do: Gesture | Literal["pick", "undo", "redo"]
    pattern: str = ""
    stop: str = ""
    lon: float = 0.0
    lat: float = 0.0
    end: Literal["start", "end"] = "end"
    gate: str = ""
    place: Place = Place()
    first: int = Field(default=0, ge=0)
    last: int = Field(default=0, ge=0)
    via: tuple[Place, ...] = ()
    minutes: float = 0.0
    both: bool = True


def obeyed(state: EditorState, asked: Mapping[str, Any], language: str = DEFAULT) -> EditorState:
    """The session after what was asked; what cannot be done is in ``faults``, never raised."""
    try:
        command = Command.model_validate(dict(asked))
        if command.do in _TURNS:
            return _TURNS[command.do](state, command)
        faults = _before_asking(state, command, language)
        if faults:
            return refused(state, faults)
        return edited(state, _GESTURES[command.do](state, command, language))
    except ValidationError as error:
        return refused(state, _faults(error, language))


def _before_asking(state: EditorState, command: Command, language: str) -> list[Problem]:
    """What a gesture needs before it can mean a change: a line, calls and stops that there are."""
    said = terms(language)
    if command.do != "move" and not state.pattern:
        return [Problem(command.do, said["editor_no_line"], said["editor_pick_first"])]
    named = [command.stop, command.place.stop, *(place.stop for place in command.via)]
    gone = [stop for stop in filter(None, named) if stop not in state.network.stop_row]
    if gone:
        return [Problem(command.do, said["editor_no_stop"].format(gone[0]), said["editor_again"])]
    if command.gate and command.gate not in set(state.park.gates["gate_id"]):
        fault = said["editor_no_gate"].format(command.gate)
        return [Problem(command.do, fault, said["editor_again"])]
    calls = len(state.network.feed.sequence(state.pattern)) if state.pattern else 0
    beyond = max(command.first, command.last) >= calls or command.first == command.last
    if command.do == "reroute" and beyond:
        return [Problem(command.do, said["editor_no_calls"], said["editor_two_calls"])]
    return []


def _faults(error: ValidationError, language: str) -> list[Problem]:
    """Values that no change can hold, such as a headway of 0."""
    mend = terms(language)["editor_other_value"]
    return [
        Problem(".".join(map(str, one["loc"])) or "editor", one["msg"], mend)
        for one in error.errors(include_url=False, include_input=False)
    ]


def _move(state: EditorState, command: Command, language: str) -> Changes:
    return gestures.moved(state, command.stop, command.lon, command.lat, language)


def _add(state: EditorState, command: Command, language: str) -> Changes:
    spot = command.place.spot
    return gestures.called_at(state, spot, both=command.both, language=language)


def _remove(state: EditorState, command: Command, _: str) -> Changes:
    return gestures.passed_by(state, command.stop, both=command.both)


def _extend(state: EditorState, command: Command, language: str) -> Changes:
    spot = command.place.spot
    return gestures.extended(state, command.end, spot, both=command.both, language=language)


def _park(state: EditorState, command: Command, language: str) -> Changes:
    return gestures.extended_to_park(
        state, command.end, command.gate, both=command.both, language=language
    )


def _origin(state: EditorState, command: Command, language: str) -> Changes:
    spot = command.place.spot
    return gestures.terminal_moved(state, command.end, spot, both=command.both, language=language)


def _reroute(state: EditorState, command: Command, language: str) -> Changes:
    via = [place.spot for place in command.via]
    return gestures.rerouted(state, command.first, command.last, via, language)


def _headway(state: EditorState, command: Command, language: str) -> Changes:
    secs = round(command.minutes * 60)
    return gestures.run_every(state, secs, both=command.both, language=language)


_TURNS: dict[str, Callable[[EditorState, Command], EditorState]] = {
    "pick": lambda state, command: picked(refused(state, ()), command.pattern),
    "undo": lambda state, _: undone(state),
    "redo": lambda state, _: redone(state),
}
_GESTURES: dict[str, Callable[[EditorState, Command, str], Changes]] = {
    "move": _move,
    "add": _add,
    "remove": _remove,
    "extend": _extend,
    "park": _park,
    "origin": _origin,
    "reroute": _reroute,
    "headway": _headway,
}
