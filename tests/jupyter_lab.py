"""A JupyterLab of its own for a test: served on this machine, its notebook open, its cells run."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import transit

TOKEN = "editor"  # noqa: S105  (of a server on this machine, for the time of the test)
WAIT_MS = 120_000

READY = """() => {
  const panel = window.jupyterapp && jupyterapp.shell.currentWidget;
  const kernel = panel && panel.sessionContext && panel.sessionContext.session?.kernel;
  return Boolean(kernel && kernel.status === "idle" && kernel.connectionStatus === "connected");
}"""
"""Whether the notebook is open and its kernel waits for work."""


def notebook(sources: Sequence[str]) -> dict:
    """A notebook with a cell for each of ``sources``."""
    cells = [
        {"cell_type": "code", "id": f"cell{number}", "metadata": {}, "outputs": [],
         "execution_count": None, "source": source.strip()}
        for number, source in enumerate(sources)
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def answers(address: str) -> bool:
    """Whether the server answers there."""
    try:
        with urllib.request.urlopen(address, timeout=2):  # noqa: S310
            return True
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def served(folder: Path, sources: Sequence[str]) -> Iterator[str]:
    """The address of a JupyterLab of its own that opens a notebook of ``sources``."""
    (folder / "one.ipynb").write_text(json.dumps(notebook(sources)), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR",
           "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR",
           "JUPYTERLAB_WORKSPACES_DIR")}  # fmt: skip
    places = [Path(transit.__file__).parents[1], Path(__file__).parent]
    environment = {**os.environ, **own, "PYTHONPATH": os.pathsep.join(map(str, places))}
    settings = folder / "JUPYTERLAB_SETTINGS_DIR" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet), "utf-8")
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={folder}", "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly", "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with (folder / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        for _ in range(120):
            if server.poll() is not None or answers(f"{address}/api?token={TOKEN}"):
                break
            time.sleep(0.5)
        assert server.poll() is None, (folder / "log.txt").read_text("utf-8")[-3000:]
        yield f"{address}/lab/tree/one.ipynb?reset&token={TOKEN}"
    finally:
        server.terminate()
        server.wait(timeout=30)


class Seen:
    """What a page of the lab did beside what it shows: dialogs, refused requests, errors."""

    def __init__(self) -> None:
        self.dialogs: list[str] = []
        self.refused: list[str] = []
        self.errors: list[str] = []


def run_all(page: Any, address: str, seen: Seen) -> None:
    """Open the notebook and run its cells; only this machine can be reached."""

    def decide(route: Any) -> None:
        if re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", route.request.url):
            route.continue_()
        else:
            seen.refused.append(route.request.url)
            route.abort()

    page.route("**/*", decide)
    page.on("dialog", lambda one: (seen.dialogs.append(one.message), one.dismiss()))
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.goto(address)
    page.wait_for_function(READY, timeout=WAIT_MS)
    page.evaluate("() => jupyterapp.commands.execute('application:toggle-left-area')")
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
