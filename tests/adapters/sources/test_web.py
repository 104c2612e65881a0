import asyncio
import ssl
from dataclasses import replace
from typing import Any

import pytest

from adapters.errors import SourceFailed, SourceFaltered, SourceRefused
from adapters.sources.addresses import public
from adapters.sources.web import Web
from protocol.errors import InvalidRequest
from tests.adapters.sources.internet import QUICK, Internet, Reply
from tests.adapters.sources.secrets import SECRET, failure

START = f"https://civitai.com/start?sig={SECRET}"


async def asked(web: Web, address: str = START) -> Any:
    async with web:
        return await web.json(address, {})


def headers_at(internet: Internet, host: str) -> list[str | None]:
    return [request.headers.get("authorization") for request in internet.asked if request.host == host]


async def test_nothing_is_asked_for_compressed_and_no_cookie_comes_back(internet: Internet) -> None:
    internet.pages["civitai.com"] = replace(Reply.json(5), headers={"Set-Cookie": "a=b; Path=/"})
    async with internet.web() as web:
        assert [await web.json(START, {}), await web.json(START, {})] == [5, 5]
    for request in internet.asked:
        assert request.headers["accept-encoding"] == "identity"
        assert "cookie" not in request.headers


async def test_a_redirect_is_followed_with_its_query_untouched(internet: Internet) -> None:
    internet.pages["civitai.com"] = Reply.redirect("https://b2.civitai.com/file/a%20b?sig=x%2Fy%3D+z&e=%3a")
    internet.pages["b2.civitai.com"] = Reply.json({"a": 1})
    assert await asked(internet.web()) == {"a": 1}
    assert internet.asked[1].path == "/file/a%20b?sig=x%2Fy%3D+z&e=%3a"


async def test_a_key_is_never_sent_to_another_host(internet: Internet) -> None:
    internet.pages["civitai.com"] = Reply.redirect("https://b2.civitai.com/file")
    internet.pages["b2.civitai.com"] = Reply.json(1)
    await asked(internet.web(keys={"civitai": SECRET}))
    assert headers_at(internet, "civitai.com") == [f"Bearer {SECRET}"]
    assert headers_at(internet, "b2.civitai.com") == [None]


async def test_a_key_stays_away_once_a_redirect_has_led_away(internet: Internet) -> None:
    internet.pages["civitai.com/start"] = Reply.redirect("https://b2.civitai.com/file")
    internet.pages["b2.civitai.com"] = Reply.redirect("https://civitai.com/api/v1/me")
    internet.pages["civitai.com/api/v1/me"] = Reply.json(1)
    await asked(internet.web(keys={"civitai": SECRET}))
    assert headers_at(internet, "civitai.com") == [f"Bearer {SECRET}", None]


async def test_a_redirect_from_elsewhere_does_not_bring_the_key(internet: Internet) -> None:
    internet.pages["files.example.org"] = Reply.redirect("https://civitai.com/api/v1/me")
    internet.pages["civitai.com"] = Reply.json(1)
    web = internet.web(replace(QUICK, hosts=("files.example.org",)), {"civitai": SECRET})
    await asked(web, "https://files.example.org/")
    assert headers_at(internet, "civitai.com") == [None]


@pytest.mark.parametrize("key", ["a b", "a\nb", "schlüssel", "a\r\nX: y"])
def test_a_key_that_cannot_be_one_is_refused_without_showing_it(key: str, internet: Internet) -> None:
    with pytest.raises(InvalidRequest) as caught:
        internet.web(keys={"civitai": SECRET + key})
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://civitai.com/file", "civitai.com leads on to is not an https address"),
        ("ftp://civitai.com/file", "not an https address"),
        ("file:///etc/passwd", "not an https address"),
        ("https://evil.example/file", "is at evil.example, which is not among"),
        ("//evil.example/file", "is at evil.example"),
        ("https://civitai.com.evil.example/", "is at civitai.com.evil.example"),
        ("https://127.0.0.1/", "does not name a host"),
        ("https://[::1]/", "does not name a host"),
        ("https://169.254.169.254/latest/meta-data", "does not name a host"),
        ("https://civitai.com:8443/", "a user name or a port"),
        ("https://a:b@civitai.com/", "a user name or a port"),
        ("https://[", "cannot be read"),
    ],
)
async def test_a_redirect_to_where_nothing_is_taken_from_is_refused(
    location: str, said: str, internet: Internet
) -> None:
    internet.pages["civitai.com"] = Reply.redirect(location)
    assert said in (await failure(SourceRefused, asked(internet.web()))).sentence
    assert len(internet.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_without_end_are_given_up(status: int, internet: Internet) -> None:
    internet.pages["civitai.com"] = Reply.redirect("/start", status)
    assert "does not come to an end" in (await failure(SourceFailed, asked(internet.web()))).sentence
    assert len(internet.asked) == 6
    internet.pages["civitai.com"] = Reply(status=status)
    await failure(SourceFailed, asked(internet.web()))


PRIVATE = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fd00::1", "64:ff9b::a00:1"]


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_that_leads_to_a_private_network_is_refused(address: str, internet: Internet) -> None:
    error = await failure(SourceRefused, asked(internet.web(allowed=public, addresses=[address])))
    assert error.sentence == "civitai.com is on a private network, and nothing is fetched from there."
    assert not internet.asked


async def test_a_name_with_several_private_addresses_is_refused(internet: Internet) -> None:
    await failure(SourceRefused, asked(internet.web(allowed=public, addresses=["127.0.0.1", "10.0.0.1", "::1"])))
    assert not internet.asked


async def test_of_several_addresses_only_one_that_is_allowed_is_connected_to(internet: Internet) -> None:
    internet.pages["civitai.com"] = Reply.json(1)
    seen: list[str] = []

    def allowed(address: str) -> bool:
        seen.append(address)
        return address == "127.0.0.1"

    assert await asked(internet.web(allowed=allowed, addresses=["10.0.0.1", "127.0.0.1"])) == 1
    assert seen == ["10.0.0.1", "127.0.0.1"]


async def test_each_hop_is_looked_at_again(internet: Internet) -> None:
    """As when a name leads to a public address first and to a private one afterwards."""
    internet.pages["civitai.com"] = Reply.redirect("/next")
    first = iter([True])
    web = internet.web(allowed=lambda address: next(first, False))
    await failure(SourceRefused, asked(web))
    assert len(internet.asked) == 1


async def test_a_name_that_leads_to_a_name_is_refused(internet: Internet) -> None:
    await failure(SourceRefused, asked(internet.web(allowed=public, addresses=["localhost"])))


async def test_a_machine_that_is_not_who_it_says_is_not_talked_to(internet: Internet) -> None:
    web = internet.web(tls=ssl.create_default_context())
    assert "certificate" in (await failure(SourceFailed, asked(web))).sentence
    web = internet.web(replace(QUICK, hosts=("other.example.net",)))
    assert "certificate" in (await failure(SourceFailed, asked(web, "https://other.example.net/"))).sentence
    assert not internet.asked


async def test_a_host_that_nobody_has_is_said_to_be_none(internet: Internet) -> None:
    class Nobody(type(internet.web()._resolver)):  # type: ignore[misc]
        async def resolve(self, *_: object, **__: object) -> list[Any]:
            raise OSError(None, "no such name")

    web = Web(replace(QUICK, hosts=("*",)), resolver=Nobody([], 1))
    assert "cannot be found" in (await failure(SourceFailed, asked(web))).sentence


async def test_a_host_that_does_not_answer_may_do_so_later(internet: Internet) -> None:
    web = internet.web()
    internet._server.close()
    await internet._server.wait_closed()
    assert "cannot be reached" in (await failure(SourceFaltered, asked(web))).sentence


async def test_a_host_that_takes_the_call_and_says_nothing_is_given_up(internet: Internet) -> None:
    release = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    async with await asyncio.start_server(mute, "127.0.0.1") as server:
        internet.port = server.sockets[0].getsockname()[1]
        web = internet.web(replace(QUICK, connect_seconds=0.02))
        assert "for too long" in (await failure(SourceFaltered, asked(web))).sentence
        release.set()


@pytest.mark.parametrize(
    "rules", [replace(QUICK, silence_seconds=0.02), replace(QUICK, json_seconds=0.02)], ids=["silence", "overall"]
)
async def test_an_answer_that_stops_halfway_is_given_up(rules: Any, internet: Internet) -> None:
    internet.pages["civitai.com"] = Reply(b"[1, 2]", stop=3, hold=True)
    await failure(SourceFaltered if rules.silence_seconds < 1 else SourceFailed, asked(internet.web(rules)))


async def test_a_head_that_does_not_end_is_given_up(internet: Internet) -> None:
    async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-A: b\r\n")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(dripping, "127.0.0.1", ssl=internet._server_tls) as server:
        internet.port = server.sockets[0].getsockname()[1]
        web = internet.web(replace(QUICK, answer_seconds=0.1))
        assert "for too long" in (await failure(SourceFaltered, asked(web))).sentence


@pytest.mark.parametrize(
    "head",
    [
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 307 X\r\nLocation: https://civitai.com/\x80\xff\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 307 X\r\nLocation: https://civitai.com/\x01\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"",
    ],
)
async def test_what_is_not_http_is_one_of_our_errors(head: bytes, internet: Internet) -> None:
    async def strange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        writer.close()

    async with await asyncio.start_server(strange, "127.0.0.1", ssl=internet._server_tls) as server:
        internet.port = server.sockets[0].getsockname()[1]
        with pytest.raises((SourceRefused, SourceFailed)) as caught:
            await asked(internet.web())
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("length", [-1, None])
async def test_a_huge_answer_is_not_read_to_its_end(length: int | None, internet: Internet) -> None:
    internet.pages["civitai.com"] = Reply(b'"' + bytes(5_000), length=length, endless=length is None)
    web = internet.web(replace(QUICK, json_bytes=4_096))
    assert "more than 4 KiB" in (await failure(SourceFailed, asked(web))).sentence


@pytest.mark.parametrize("packed", ["gzip", "br", "deflate, gzip", "identity, gzip"])
async def test_a_compressed_answer_is_refused(packed: str, internet: Internet) -> None:
    internet.pages["civitai.com"] = replace(Reply.json(1), headers={"Content-Encoding": packed})
    assert "compressed" in (await failure(SourceFailed, asked(internet.web()))).sentence


async def test_a_web_is_used_inside_its_async_with(internet: Internet) -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await internet.web().json(START, {})
