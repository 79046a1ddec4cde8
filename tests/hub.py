"""A stand-in for the Hub on loopback: the routes that the real client asks, and faults at will.

It keeps repositories with commits and tags, stores large files by their hash, and lets a test say
which answers go wrong: `Hub.fail` takes a route and what happens to its next requests.
"""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import struct
import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
#: From this size on a file is stored as a large one, and any whose name ends so.
LARGE = 10_000_000
LARGE_NAMES = (".safetensors",)


@dataclass
class Repo:
    """A repository: its commits from the first to the last, and its tags."""

    private: bool = False
    commits: list[tuple[str, dict[str, bytes]]] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    card: dict = field(default_factory=dict)

    @property
    def head(self) -> str:
        return self.commits[-1][0]

    @property
    def files(self) -> dict[str, bytes]:
        return self.commits[-1][1]

    def at(self, revision: str) -> dict[str, bytes] | None:
        commit = self.tags.get(revision, self.head if revision == "main" else revision)
        return next((files for oid, files in self.commits if oid == commit), None)

    def commit(self, files: dict[str, bytes]) -> str:
        told = json.dumps([len(self.commits), sorted((k, v.hex()) for k, v in files.items())])
        oid = hashlib.sha1(told.encode()).hexdigest()
        self.commits.append((oid, files))
        return oid


class Hub:
    """What stands on the stand-in, and what was asked of it, in order."""

    def __init__(self) -> None:
        # Fixed datasets, for those who only read.
        self.datasets: dict[str, dict[str, bytes]] = {}
        self.cards: dict[str, dict] = {}
        self.cut_after: int | None = None
        self.lie = False
        self.lfs = False
        # Repositories that can be written, by kind and name.
        self.repos: dict[tuple[str, str], Repo] = {}
        self.blobs: dict[str, bytes] = {}
        self.token = ""
        self.user = "ann"
        self.role = "write"
        self.may_write = True
        self.room: int | None = None
        self.asked: list[tuple[str, str, str]] = []
        self.routes: list[str] = []
        self.url = ""
        self._faults: dict[str, list] = defaultdict(list)

    def fail(self, route: str, *what: int | str | tuple[int, dict[str, str]]) -> None:
        """Let the next requests of a route go wrong.

        A number is a status; with a pair its headers come along. ``reset`` breaks the connection
        before anything is done, ``lost`` after it, so that the answer never arrives; ``fine`` lets
        one pass.
        """
        self._faults[route] += what

    def fault(self, route: str):
        queue = self._faults[route]
        return queue.pop(0) if queue else "fine"

    def model(self, name: str, **more) -> Repo:
        """Make a model repository as the Hub does, with its first commit."""
        repo = self.repos[("model", name)] = Repo(**more)
        repo.commit({".gitattributes": b"*.safetensors filter=lfs\n"})
        return repo

    def info(self, name: str) -> dict:
        siblings = []
        for path, data in self.datasets[name].items():
            blob = git_blob(data)
            one = {"rfilename": path, "size": len(data), "blobId": blob}
            if self.lfs:
                one["lfs"] = pointer(data)
            siblings.append(one)
        return described(name, COMMIT, siblings, self.cards.get(name, {}))


def git_blob(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def pointer(data: bytes) -> dict:
    sha256 = hashlib.sha256(data).hexdigest()
    return {"sha256": sha256, "size": len(data), "pointerSize": 130}


def described(name: str, commit: str, siblings: list, card: dict, *, private=False) -> dict:
    return {
        "id": name,
        "sha": commit,
        "private": private,
        "downloads": 0,
        "likes": 0,
        "tags": [],
        "siblings": siblings,
        "cardData": card,
    }


def is_large(name: str, size: int) -> bool:
    return size >= LARGE or name.endswith(LARGE_NAMES)


def handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    """Return what answers for `hub`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are two packets; else the second waits 40 ms until the first is answered.
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_HEAD(self) -> None:
            self._take(body=False)

        def do_GET(self) -> None:
            self._take(body=True)

        def do_POST(self) -> None:
            self._take(body=True)

        def do_PUT(self) -> None:
            self._take(body=True)

        def _take(self, *, body: bool) -> None:
            self.body = body
            path = unquote(urlsplit(self.path).path).strip("/")
            hub.asked.append((self.command, path, self.headers.get("Range", "")))
            self.sent = self._sent()
            parts = path.split("/")
            route = _route(self.command, parts)
            hub.routes.append(route)
            fault = hub.fault(route)
            if fault == "reset":
                self._reset()
            elif isinstance(fault, int):
                self._json({"error": f"fault {fault}"}, fault)
            elif isinstance(fault, tuple):
                self._json({"error": f"fault {fault[0]}"}, fault[0], fault[1])
            else:
                self.lost = fault == "lost"
                getattr(self, f"_{route}")(parts)

        def _sent(self) -> bytes:
            length = self.headers.get("Content-Length")
            if length is not None:
                return self.rfile.read(int(length))
            data = b""
            if self.headers.get("Transfer-Encoding") == "chunked":
                while size := int(self.rfile.readline(), 16):
                    data += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
            return data

        # What a reader asks.

        def _info(self, parts: list[str]) -> None:
            kind, name = parts[1].removesuffix("s"), "/".join(parts[2:4])
            if kind == "dataset" and name in hub.datasets:
                self._json(hub.info(name))
                return
            repo = self._repo(kind, name)
            if repo is None:
                return
            siblings = []
            for path, data in repo.files.items():
                one = {"rfilename": path, "size": len(data), "blobId": git_blob(data)}
                if is_large(path, len(data)):
                    one["lfs"] = pointer(data)
                siblings.append(one)
            self._json(described(name, repo.head, siblings, repo.card, private=repo.private))

        def _refs(self, parts: list[str]) -> None:
            repo = self._repo(parts[1].removesuffix("s"), "/".join(parts[2:4]))
            if repo is None:
                return
            tags = [
                {"name": name, "ref": f"refs/tags/{name}", "targetCommit": oid}
                for name, oid in repo.tags.items()
            ]
            main = {"name": "main", "ref": "refs/heads/main", "targetCommit": repo.head}
            self._json({"branches": [main], "converts": [], "tags": tags})

        def _file(self, parts: list[str]) -> None:
            kind = "model"
            if parts[0] == "datasets":
                kind, parts = "dataset", parts[1:]
            name, revision, file = "/".join(parts[:2]), parts[3], "/".join(parts[4:])
            if kind == "dataset" and name in hub.datasets:
                data, commit = hub.datasets[name].get(file), COMMIT
            else:
                repo = self._repo(kind, name)
                if repo is None:
                    return
                data, commit = (repo.at(revision) or {}).get(file), repo.head
            if data is None:
                self._missing("EntryNotFound")
                return
            etag = hashlib.sha256(data).hexdigest()
            self._data(data, {"ETag": f'"{etag}"', "X-Repo-Commit": commit})

        # What a writer asks.

        def _whoami(self, _: list[str]) -> None:
            if self._known():
                access = {"displayName": "tests", "role": hub.role}
                self._json({"name": hub.user, "auth": {"accessToken": access}})

        def _create(self, _: list[str]) -> None:
            if not self._writes():
                return
            asked = json.loads(self.sent)
            kind = asked.get("type") or "model"
            name = f"{asked.get('organization') or hub.user}/{asked['name']}"
            prefix = "datasets/" if kind == "dataset" else ""
            answer = {"url": f"{hub.url}/{prefix}{name}", "name": name}
            if (kind, name) in hub.repos:
                self._json({"error": "You already created this repo", **answer}, 409)
                return
            repo = hub.repos[(kind, name)] = Repo(private=asked.get("visibility") == "private")
            repo.commit({".gitattributes": b"*.safetensors filter=lfs\n"})
            self._json(answer)

        def _card(self, _: list[str]) -> None:
            content = json.loads(self.sent)["content"]
            if content.startswith("---\n"):
                self._json({"errors": [], "warnings": []})
            else:
                self._json({"errors": [{"message": "no metadata"}], "warnings": []}, 400)

        def _preupload(self, parts: list[str]) -> None:
            repo = self._repo(parts[1].removesuffix("s"), "/".join(parts[2:4]))
            if repo is None or not self._writes():
                return
            files = []
            for one in json.loads(self.sent)["files"]:
                data = repo.files.get(one["path"])
                large = is_large(one["path"], one["size"])
                known = data and (hashlib.sha256(data).hexdigest() if large else git_blob(data))
                mode = "lfs" if large else "regular"
                files.append(
                    {
                        "path": one["path"],
                        "uploadMode": mode,
                        "shouldIgnore": False,
                        **({"oid": known} if known else {}),
                    }
                )
            self._json({"files": files})

        def _batch(self, _: list[str]) -> None:
            if not self._writes():
                return
            objects = []
            for one in json.loads(self.sent)["objects"]:
                answer = {"oid": one["oid"], "size": one["size"]}
                if one["oid"] not in hub.blobs:
                    answer["actions"] = {"upload": {"href": f"{hub.url}/blob/{one['oid']}"}}
                objects.append(answer)
            self._json({"transfer": "basic", "objects": objects})

        def _blob(self, parts: list[str]) -> None:
            if hub.room is not None and len(self.sent) > hub.room:
                self._json({"error": "No room left"}, 507)
            elif hashlib.sha256(self.sent).hexdigest() != parts[1]:
                self._json({"error": "not what was announced"}, 400)
            else:
                hub.blobs[parts[1]] = self.sent
                self._data(b"", {})

        def _commit(self, parts: list[str]) -> None:
            kind, name = parts[1].removesuffix("s"), "/".join(parts[2:4])
            repo = self._repo(kind, name)
            if repo is None or not self._writes():
                return
            header, *items = [json.loads(line) for line in self.sent.splitlines()]
            parent = header["value"].get("parentCommit")
            if parent is not None and parent != repo.head:
                self._json({"error": "A commit has happened since."}, 412)
                return
            files = dict(repo.files)
            for item in items:
                value = item["value"]
                if item["key"] == "file":
                    files[value["path"]] = base64.b64decode(value["content"])
                elif item["key"] == "lfsFile":
                    files[value["path"]] = hub.blobs[value["oid"]]
            oid = repo.commit(files)
            prefix = "datasets/" if kind == "dataset" else ""
            url = f"{hub.url}/{prefix}{name}/commit/{oid}"
            self._json({"success": True, "commitOid": oid, "commitUrl": url})

        def _tag(self, parts: list[str]) -> None:
            repo = self._repo(parts[1].removesuffix("s"), "/".join(parts[2:4]))
            if repo is None or not self._writes():
                return
            tag = json.loads(self.sent)["tag"]
            if tag in repo.tags:
                self._json({"error": f"Tag {tag} already exists"}, 409)
                return
            repo.tags[tag] = repo.head if parts[5] == "main" else parts[5]
            self._json({})

        def _aside(self, _: list[str]) -> None:
            self._missing("")

        def _unknown(self, parts: list[str]) -> None:
            self._json({"error": f"the stand-in knows no {self.command} {'/'.join(parts)}"}, 501)

        # How it answers.

        def _known(self) -> bool:
            if self.headers.get("Authorization") == f"Bearer {hub.token}":
                return True
            told = "Invalid credentials in Authorization header"
            self._json({"error": "Invalid username or password."}, 401, {"X-Error-Message": told})
            return False

        def _writes(self) -> bool:
            if not self._known():
                return False
            if hub.may_write and hub.role != "read":
                return True
            # What a Hub says may repeat what it was sent.
            told = f"no right to write with {self.headers.get('Authorization')}"
            self._json({"error": told}, 403, {"X-Error-Message": told})
            return False

        def _repo(self, kind: str, name: str) -> Repo | None:
            repo = hub.repos.get((kind, name))
            seen = self.headers.get("Authorization") == f"Bearer {hub.token}"
            if repo is None or (repo.private and not seen):
                self._missing("RepoNotFound")
                return None
            return repo

        def _missing(self, code: str) -> None:
            self._data(b"", {"X-Error-Code": code}, 404)

        def _json(self, value: object, status: int = 200, headers: dict | None = None) -> None:
            self._data(json.dumps(value).encode(), headers or {}, status)

        def _data(self, data: bytes, headers: dict[str, str], status: int = 200) -> None:
            if getattr(self, "lost", False):
                self._reset()
                return
            file = "ETag" in headers
            if hub.lie and file:
                data = bytes(reversed(data))
            start = 0
            asked = self.headers.get("Range", "")
            if asked.startswith("bytes=") and self.body:
                start = int(asked.removeprefix("bytes=").split("-")[0])
            self.send_response(206 if start else status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Type", "application/json")
            if file:
                self.send_header("Accept-Ranges", "bytes")
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            if not self.body:
                return
            rest = data[start:]
            if file and hub.cut_after is not None:
                rest, hub.cut_after = rest[: hub.cut_after], None
                self.close_connection = True
            self.wfile.write(rest)

        def _reset(self) -> None:
            """Break the connection so that the other side sees a reset."""
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            self.connection.close()

        def finish(self) -> None:
            # A connection that was broken on purpose cannot be flushed.
            try:
                super().finish()
            except (OSError, ValueError):
                return

    return Handler


def _route(method: str, parts: list[str]) -> str:
    match method, parts:
        case "GET", ["api", "whoami-v2"]:
            return "whoami"
        case "POST", ["api", "repos", "create"]:
            return "create"
        case "POST", ["api", "validate-yaml"]:
            return "card"
        case "GET", ["api", "agent-harnesses"]:
            # Asked by the library for itself, once a process.
            return "aside"
        case "GET", ["api", "models" | "datasets", _, _, "refs"]:
            return "refs"
        case "GET" | "HEAD", ["api", "models" | "datasets", _, _, *_]:
            return "info"
        case "POST", ["api", _, _, _, "preupload", _]:
            return "preupload"
        case "POST", ["api", _, _, _, "commit", _]:
            return "commit"
        case "POST", ["api", _, _, _, "tag", _]:
            return "tag"
        case "POST", [*_, "objects", "batch"]:
            return "batch"
        case "PUT", ["blob", _]:
            return "blob"
        case "GET" | "HEAD", [_, _, "resolve", *_] | ["datasets", _, _, "resolve", *_]:
            return "file"
    return "unknown"


@contextmanager
def serving(hub: Hub, monkeypatch):
    """Let `hub` answer on loopback while the block runs, and be the only Hub there is."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(hub))
    server.daemon_threads = True
    # A broken connection is part of the play.
    server.handle_error = lambda *_: None
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    # As HF_ENDPOINT would set them, which is read when the library is imported.
    pages = f"{hub.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", pages)
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
