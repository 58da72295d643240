"""What a reader of any page must know of its network: how lines are drawn, what is indicative."""

from __future__ import annotations

from transit.maps.base import Words
from transit.maps.lines import course_note
from transit.model.course import KERB_M
from transit.model.network import Network


def network_notes(network: Network, said: Words) -> list[str]:
    """How lines are drawn and how well that is known, the projection, and the streets' marks."""
    found = [text for text in (course_note(network, said),) if text]
    if found and len(network.streets):
        found.append(said["note_quality"].format(KERB_M))
    found.append(said["note_projection"])
    edges = network.streets.edges["indicative"].astype(bool)
    if edges.all() and len(edges):
        found.append(said["note_streets_all"])
    elif edges.any():
        found.append(said["note_streets_some"])
    return found
