"""The page's files: how they are served, and what must not be in them."""

import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from playground.page import FILES, add_page

MODULES = sorted(FILES.rglob("*.js"))
Client = TestClient[web.Request, web.Application]


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    app = web.Application()
    add_page(app)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_index_lets_the_browser_load_nothing_from_elsewhere_and_no_inline_script(client: Client) -> None:
    response = await client.get("/")
    policy = response.headers["Content-Security-Policy"]
    assert response.content_type == "text/html"
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|<style|\sstyle=", await response.text())


@pytest.mark.parametrize(
    ("path", "type"),
    [("js/main.js", "text/javascript"), ("css/base.css", "text/css"), ("icon.svg", "image/svg+xml")],
)
async def test_each_kind_of_file_has_its_type(client: Client, path: str, type: str) -> None:
    response = await client.get(f"/page/{path}")
    assert (response.status, response.content_type) == (200, type)
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["none.js", "js", "%2e%2e/page.py", "..%2fpage.py", "%2fetc/passwd"])
async def test_nothing_else_is_served(client: Client, path: str) -> None:
    assert (await client.get(f"/page/{path}")).status == 404


async def test_all_that_the_index_names_is_there(client: Client) -> None:
    named = re.findall(r'(?:href|src)="(/page/[^"]+)"', (FILES / "index.html").read_text("utf-8"))
    assert len(named) > 3
    for path in named:
        assert (await client.get(path)).status == 200


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(FILES)))
def test_a_module_builds_nodes_and_imports_what_is_there(module: Path) -> None:
    text = module.read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    for imported in re.findall(r'^(?:import|export) .*?from "([^"]+)";', text, re.MULTILINE | re.DOTALL):
        assert (module.parent / imported).resolve().is_file(), imported


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(FILES)))
def test_a_module_can_be_read(module: Path) -> None:
    text = module.read_text("utf-8")
    done = subprocess.run(
        ["node", "--input-type=module", "--check"], input=text, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
