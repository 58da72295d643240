"""Ends a Python program that reaches for the network: what is tested must work without one.

Read by every Python that has this folder on its ``PYTHONPATH``. Sockets between processes of one
machine (``AF_UNIX``) are let through.
"""

import os
import sys

_ASKED = ("socket.connect", "socket.sendto", "socket.sendmsg")
_RESOLVED = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


def _refuse(event: str, given: tuple[object, ...]) -> None:
    """End the program at once: an exception could be caught, and the test would pass."""
    outside = event in _ASKED and getattr(given[0], "family", None) != _unix()
    if outside or event in _RESOLVED:
        os.write(2, f"offline: {event}{given[1:] if outside else given} was called\n".encode())
        os._exit(97)


def _unix() -> object:
    return getattr(sys.modules.get("socket"), "AF_UNIX", None)


sys.addaudithook(_refuse)
