"""``curator serve-web``: the same studio in a browser of this machine.

Textual's own web server does the serving; it listens where it is told and asks nobody who they are.
Whoever reaches the studio can read, write and run what its owner can, so this stands in front: the
server listens on loopback, a request must name it by a loopback name (a page of the web that lets
its own name point here is refused), must come from no other site, and must bring a key that is new
at each start and printed with the address.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import shlex
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curator.cli.output import say
from curator.errors import ConfigError, CuratorError

if TYPE_CHECKING:
    from aiohttp import web
    from textual_serve.server import Server

HOST = "127.0.0.1"
_COOKIE = "curator_key"
_KEY = "key"


@click.command(
    name="serve-web",
    epilog="""\b
Examples:
  curator serve-web
  curator serve-web data/custom/perfect_examples.jsonl --port 9000
It needs the extra: pip install 'curator[web]'. Ctrl-C ends it.""",
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="The port to listen on.",
)
def command(file: Path | None, port: int) -> int:
    """Open the studio in a browser of this machine.

    It listens on 127.0.0.1 and nowhere else, and the address holds a key: open the one that is
    printed. Each window is a studio of its own; the second on a file is read-only. For another
    machine, forward the port with ssh.
    """
    key = secrets.token_urlsafe(16)
    arguments = ["open", str(file)] if file is not None else []
    server = make_server([sys.executable, "-P", "-m", "curator", *arguments], port, key)
    say(f"The studio is at http://{HOST}:{port}/?{_KEY}={key}\nCtrl-C ends it.")
    try:
        server.serve()
    except OSError as error:
        raise CuratorError(
            f"Port {port} cannot be listened on: {error.strerror}.",
            hint="Name another one with --port.",
        ) from None
    return 0


def make_server(arguments: list[str], port: int, key: str) -> Server:
    """Return the server, with what guards it in front.

    Args:
        arguments: The command that is the studio.
        port: Where it listens, on loopback.
        key: What the first request must bring as ``?key=``; a cookie has it after that.

    Raises:
        ConfigError: Textual's web server is not installed.
    """
    try:
        from aiohttp import web
        from textual_serve.server import Server
    except ImportError:
        raise ConfigError(
            "The studio in a browser needs textual-serve, which is not installed.",
            hint="Install it: pip install 'curator[web]'",
        ) from None
    names = {f"{name}:{port}" for name in (HOST, "localhost", "[::1]")}
    origins = {f"http://{name}" for name in names}

    @web.middleware
    async def guard(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.host not in names or request.headers.get("Origin", "") not in {"", *origins}:
            raise web.HTTPForbidden(text="This studio answers only to this machine.")
        shown = request.query.get(_KEY, "")
        if not _same(shown or request.cookies.get(_COOKIE, ""), key):
            raise web.HTTPForbidden(text="Open the address that `curator serve-web` printed.")
        if shown:
            # Out of the address bar, the history and what a page could pass on.
            answer = web.HTTPFound(request.path)
            answer.set_cookie(_COOKIE, key, httponly=True, samesite="Strict")
            raise answer
        return await handler(request)

    class GuardedServer(Server):
        """Textual's server behind the guard, without its banner."""

        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            app.middlewares.append(guard)
            return app

        async def on_startup(self, app: web.Application) -> None:
            """Say nothing: the address was said, with its key."""

        def initialize_logging(self) -> None:
            """Tell of what goes wrong, and not of each request."""
            logging.basicConfig(level=logging.WARNING, format="%(message)s")

    return GuardedServer(shlex.join(arguments), host=HOST, port=port, title="curator")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8"))
