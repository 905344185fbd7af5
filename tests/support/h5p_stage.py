"""A stage for our own content types: h5p-standalone on a page under the strict policy, from a server of its own.

It plays the built package as any H5P host would, keeps what it says and its state in the page, and loads nothing else.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zipfile import ZipFile

from playwright.sync_api import BrowserContext, Page

from scripts import build_h5p

PLAYER = (build_h5p.ROOT / "node_modules" / "h5p-standalone" / "dist").resolve()
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml"}
PAGE = b"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Activity</title>
<link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/stage.css"></head>
<body><main><h1>Activity</h1><div id="place"></div></main>
<script src="/player/main.bundle.js"></script><script src="/stage.js"></script></body></html>"""
STYLE = (
    b"body { margin: 0; background: #fbf7f1 } h1 { position: absolute; clip-path: inset(50%); width: 1px; height: 1px }"
)
SCRIPT = b"""(async () => {
  const asked = new URLSearchParams(location.search);
  const package_ = `${location.origin}/package/${asked.get("name")}`;
  window.said = [];
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
  await new window.H5PStandalone.H5P(document.getElementById("place"), {
    id: "activity", h5pJsonPath: package_, contentJsonPath: `${package_}/content`, librariesPath: package_,
    frameJs: "/player/frame.bundle.js", frameCss: "/player/styles/h5p.css", embedType: "div", saveFreq: 60,
    xAPIObjectIRI: "https://example.org/activity",
    preventH5PInit: false,
  });
  const left = asked.has("state") ? JSON.parse(asked.get("state")) : undefined;
  H5P.getUserData = (id, type, done) => done(undefined, left);
  H5P.setUserData = () => {};
  H5P.externalDispatcher.on("xAPI", (event) => window.said.push(event.data.statement));
  H5P.init(document.body);
  window.instance = H5P.instances[0];
})();"""


@dataclass
class Stage:
    """Where packages are played; `files` are the members of each by package name."""

    address: str
    files: dict[str, dict[str, bytes]]

    def play(self, context: BrowserContext, name: str, state: Any = None) -> Page:
        """Opens a package, with the state that a learner left."""
        page = context.new_page()
        asked = f"&state={quote(json.dumps(state))}" if state is not None else ""
        page.goto(f"{self.address}/?name={name}{asked}")
        page.locator(".alongside button").first.wait_for()
        return page


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Builds every package of ours into `folder` and serves them until the test is over."""
    files = {}
    for source in sorted(path for path in build_h5p.PACKAGES.iterdir() if path.is_dir()):
        with ZipFile(BytesIO(build_h5p.build(source, folder).read_bytes())) as archive:
            files[source.name] = {name: archive.read(name) for name in archive.namelist()}
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(files))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Stage(f"http://127.0.0.1:{server.server_address[1]}", files)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer(path: str, files: dict[str, dict[str, bytes]]) -> tuple[bytes | None, str]:
    """What stands at an address of the stage, and its type; None when nothing does."""
    own = {"/": (PAGE, "text/html"), "/stage.js": (SCRIPT, "text/javascript"), "/stage.css": (STYLE, "text/css")}
    if path in own:
        return own[path]
    kind = TYPES.get(Path(path).suffix, "application/octet-stream")
    first, _, rest = path.lstrip("/").partition("/")
    if first == "player":
        file = (PLAYER / rest).resolve()
        return (file.read_bytes() if file.is_file() and file.is_relative_to(PLAYER) else None), kind
    name, _, member = rest.partition("/")
    return files.get(name, {}).get(member), kind


def _handler(files: dict[str, dict[str, bytes]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = answer(urlsplit(self.path).path, files)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *arguments: Any) -> None:
            """Says nothing: the test says what failed."""

    return Handler
