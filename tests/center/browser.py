"""Debian's Chromium by its DevTools protocol, enough of it for tests of the console."""

import base64
import itertools
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-features=PreloadTopChromeWebUI,Translate,MediaRouter,OptimizationHints",
    "--remote-debugging-port=0",
)
PATIENCE_S = 120.0
KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "Space": (32, " ")}
"""Their numbers and what they write: without, a page takes them for nothing."""

NAMED = {"Enter": "Enter", "Escape": "Escape", "Tab": "Tab", "Space": " "}


class Page:
    """One tab; it remembers what was requested and what the page complained about."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket, self.numbers = socket, itertools.count(1)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method; events that come meanwhile are noted."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            told = json.loads(self.socket.recv(PATIENCE_S))
            if told.get("id") == number:
                assert "error" not in told, told
                return dict(told["result"])
            self._note(told)

    def _note(self, told: dict[str, Any]) -> None:
        params = told.get("params", {})
        if told.get("method") == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif told.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"]))
        elif told.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(str(params["entry"]))
        elif told.get("method") == "Runtime.consoleAPICalled" and params["type"] == "error":
            self.complaints.append(str(params["args"]))

    def open(self, url: str, *, width: int = 1440, height: int = 900) -> None:
        """Go to a page in a window of this size."""
        self.resize(width, height)
        self.ask("Page.navigate", url=url)

    def resize(self, width: int, height: int) -> None:
        """Change the window's size."""
        phone = width < 500
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )

    def value(self, script: str) -> Any:
        """What an expression is worth in the page."""
        found = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def wait(self, script: str) -> Any:
        """Wait until an expression is true."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if answer := self.value(script):
                return answer
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}; {self.complaints}")

    def press(self, code: str, key: str, *, shift: bool = False) -> None:
        """Press and release a key; what it writes, it writes."""
        number, text = KEYS.get(code, (0, key if len(key) == 1 else ""))
        facts = {"code": code, "key": key, "modifiers": 8 * shift, "windowsVirtualKeyCode": number}
        self.ask("Input.dispatchKeyEvent", type="keyDown", text=text, **facts)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **facts)

    def keys(self, *codes: str) -> None:
        """Press keys one after the other, by their codes."""
        for code in codes:
            self.press(code, NAMED.get(code) or code[-1].lower())

    def write(self, text: str) -> None:
        """Write into what has the focus, as an input method does."""
        self.ask("Input.insertText", text=text)

    def point(self, selector: str) -> tuple[float, float]:
        """Move the mouse to the middle of what a selector finds."""
        script = f"""(() => {{ const node = document.querySelector({selector!r});
            node?.scrollIntoView({{ block: 'nearest' }}); const box = node?.getBoundingClientRect();
            return box?.width ? [box.x + box.width / 2, box.y + box.height / 2] : null; }})()"""
        x, y = self.wait(script)
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        return x, y

    def click(self, selector: str) -> None:
        """Click the middle of what a selector finds."""
        x, y = self.point(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def tap(self, selector: str) -> None:
        """Touch the middle of the first element that fits, as a finger would."""
        self.wait(f"document.querySelector({selector!r})?.checkVisibility()")
        script = "const r = document.querySelector(SELECTOR); r.scrollIntoView({block: 'nearest'});"
        script += (
            "const b = r.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]"
        )
        x, y = self.value(f"(() => {{ {script.replace('SELECTOR', repr(selector), 1)} }})()")
        self.ask("Emulation.setTouchEmulationEnabled", enabled=True)
        self.ask("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.ask("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def choose(self, selector: str, file: Path) -> None:
        """Give a file to an input, as who picks or photographs it does."""
        found = self.ask("Runtime.evaluate", expression=f"document.querySelector({selector!r})")
        given = found["result"]["objectId"]
        self.ask("DOM.setFileInputFiles", files=[str(file)], objectId=given)

    def cut(self, *, off: bool) -> None:
        """Take the network away, or give it back."""
        self.ask(
            "Network.emulateNetworkConditions",
            offline=off, latency=0, downloadThroughput=-1, uploadThroughput=-1,
        )  # fmt: skip

    def shoot(self, path: Path) -> None:
        """Save what is on screen."""
        shot = self.ask("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """A fresh browser whose profile lives in `folder`."""
    profile = folder / "profile"
    process = subprocess.Popen(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connect(_tab(profile), max_size=None, close_timeout=0.2) as socket:  # it may go on
            yield Page(socket)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _tab(profile: Path) -> str:
    """Address of the first tab, once the browser has told its port."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        told = profile / "DevToolsActivePort"
        if told.exists() and (lines := told.read_text().splitlines()):
            tabs = httpx.get(f"http://127.0.0.1:{lines[0]}/json/list", timeout=PATIENCE_S).json()
            pages = [tab for tab in tabs if tab["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(0.1)
    raise AssertionError("chromium did not start")
