"""The studio in a browser answers to whoever holds the key, on this machine, and to nobody else."""

from __future__ import annotations

import asyncio
import sys

import pytest
from aiohttp import ClientSession, CookieJar, WSServerHandshakeError, web

from curator.cli.serve_web import HOST, make_server

KEY = "the-key"


@pytest.fixture
def started(monkeypatch):
    """The studios that were started; Textual's server closes no pipe of theirs itself."""
    processes = []
    start = asyncio.create_subprocess_shell

    async def remembered(*arguments, **options):
        processes.append(await start(*arguments, **options))
        return processes[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_shell", remembered)
    return processes


@pytest.fixture
async def address(unused_port, tmp_path, started):
    program = tmp_path / "echo.py"
    program.write_text("import sys\nsys.stdout.write('__GANGLION__\\n')\n", "utf-8")
    server = make_server([sys.executable, str(program)], unused_port, KEY)
    runner = web.AppRunner(await server._make_app())
    await runner.setup()
    await web.TCPSite(runner, HOST, unused_port).start()
    yield f"http://{HOST}:{unused_port}"
    await runner.cleanup()
    for process in started:
        process._transport.close()
        await process.wait()
    await asyncio.sleep(0)


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as one:
        one.bind((HOST, 0))
        return one.getsockname()[1]


@pytest.fixture
async def browser():
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


async def test_the_key_opens_the_page_once_and_a_cookie_after_that(address, browser):
    async with browser.get(f"{address}/?key={KEY}") as answer:
        assert answer.status == 200
        assert "key" not in answer.url.query
        assert "terminal" in await answer.text()
    async with browser.get(address) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("query", ["", "?key=another", "?key="])
async def test_without_the_key_there_is_nothing_to_see(address, browser, query):
    async with browser.get(f"{address}/{query}") as answer:
        assert answer.status == 403
    with pytest.raises(WSServerHandshakeError):
        await browser.ws_connect(f"{address}/ws{query}")


@pytest.mark.parametrize(
    "headers",
    [{"Host": "elsewhere.example"}, {"Origin": "http://elsewhere.example"}, {"Origin": "null"}],
)
async def test_another_site_is_refused_even_with_the_key(address, browser, headers):
    async with browser.get(f"{address}/?key={KEY}") as answer:
        assert answer.status == 200
    async with browser.get(address, headers=headers) as answer:
        assert answer.status == 403
    with pytest.raises(WSServerHandshakeError):
        await browser.ws_connect(f"{address}/ws", headers=headers)


async def test_the_page_itself_reaches_the_studio(address, browser):
    async with browser.get(f"{address}/?key={KEY}"):
        pass
    async with browser.ws_connect(f"{address}/ws", headers={"Origin": address}) as socket:
        assert not socket.closed


def test_without_the_extra_it_says_how_to_get_it(monkeypatch):
    from curator.errors import ConfigError

    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    with pytest.raises(ConfigError, match="not installed") as caught:
        make_server(["true"], 8000, KEY)
    assert "curator[web]" in caught.value.hint
