"""A stand-in for the Hub on loopback: the routes that the real loader asks, and nothing else."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Datasets by name, each with files; what was asked, in order."""

    def __init__(self) -> None:
        self.datasets: dict[str, dict[str, bytes]] = {}
        self.cards: dict[str, dict] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.cut_after: int | None = None
        self.lie = False
        self.lfs = False
        self.url = ""

    def info(self, name: str) -> dict:
        siblings = []
        for path, data in self.datasets[name].items():
            blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            one = {"rfilename": path, "size": len(data), "blobId": blob}
            if self.lfs:
                sha256 = hashlib.sha256(data).hexdigest()
                one["lfs"] = {"sha256": sha256, "size": len(data), "pointerSize": 130}
            siblings.append(one)
        card = self.cards.get(name, {})
        return {
            "id": name,
            "sha": COMMIT,
            "private": False,
            "downloads": 0,
            "likes": 0,
            "tags": [],
            "siblings": siblings,
            "cardData": card,
        }


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            path = unquote(urlsplit(self.path).path).strip("/")
            hub.asked.append((self.command, path, self.headers.get("Range", "")))
            if path.startswith("api/datasets/"):
                name = "/".join(path.split("/")[2:4])
                if name in hub.datasets:
                    self._send(json.dumps(hub.info(name)).encode(), body, {})
                else:
                    self._missing("RepoNotFound")
                return
            parts = path.split("/")
            name, file = "/".join(parts[1:3]), "/".join(parts[5:])
            data = hub.datasets.get(name, {}).get(file)
            if data is None:
                self._missing("EntryNotFound")
                return
            etag = hashlib.sha256(data).hexdigest()
            self._send(data, body, {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT})

        def _send(self, data: bytes, body: bool, headers: dict[str, str]) -> None:
            if hub.lie and headers:
                data = bytes(reversed(data))
            start = 0
            asked = self.headers.get("Range", "")
            if asked.startswith("bytes=") and body:
                start = int(asked.removeprefix("bytes=").split("-")[0])
            self.send_response(206 if start else 200)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Accept-Ranges", "bytes")
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            if not body:
                return
            rest = data[start:]
            if headers and hub.cut_after is not None:
                rest, hub.cut_after = rest[: hub.cut_after], None
                self.close_connection = True
            self.wfile.write(rest)

        def _missing(self, code: str) -> None:
            self.send_response(404)
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Handler


@pytest.fixture
def hub(monkeypatch):
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    stand_in = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stand_in))
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield stand_in
    server.shutdown()
    thread.join()
    server.server_close()
