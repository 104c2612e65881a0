import asyncio
import json
import os
from pathlib import Path

import pytest

from adapters.errors import SourceFailed, SourceFaltered, SourceRefused, StorageFailed
from adapters.sources import table
from adapters.sources.download import download
from tests.adapters.files import tiny_adapter
from tests.adapters.sources.answers import (
    COMMIT,
    FILE,
    civitai_file,
    civitai_model,
    civitai_version,
    hugging_face_model,
)
from tests.adapters.sources.fetching import (
    DATA,
    KNOWN,
    LARGE,
    OFFER,
    ONCE,
    OTHER,
    SIZE,
    fetched,
    left,
    outcome,
    ranges,
)
from tests.adapters.sources.internet import Internet, Reply, Request, Shelf
from tests.adapters.sources.secrets import SECRET, failure


async def test_a_file_is_fetched_whole(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Shelf(DATA)
    assert await fetched(internet, folder, KNOWN) == DATA


async def test_a_release_on_github_is_fetched_from_where_it_is_kept(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Reply.redirect("https://release-assets.githubusercontent.com/ink?x=y", 302)
    internet.pages["release-assets.githubusercontent.com"] = Shelf(DATA)
    assert await fetched(internet, folder) == DATA


async def test_an_attachment_is_fetched(internet: Internet, folder: Path) -> None:
    internet.pages["cdn.discordapp.com/attachments/1/2/ink.safetensors"] = Shelf(FILE)
    async with internet.web() as web:
        offer = await table.find(f"https://cdn.discordapp.com/attachments/1/2/ink.safetensors?hm={SECRET}", web)
    assert await fetched(internet, folder, offer) == FILE
    internet.pages.clear()
    error = await failure(SourceRefused, fetched(internet, folder, offer))
    assert "expired" in error.sentence


async def test_a_model_on_civitai_is_fetched_and_its_key_stays_there(internet: Internet, folder: Path) -> None:
    internet.pages["civitai.com/api/v1/models/7"] = Reply.json(civitai_model())
    internet.pages["civitai.com/api/download/models/22"] = Reply.redirect("https://b2.civitai.com/file/ink?Signature=a")
    internet.pages["b2.civitai.com/file/ink"] = Shelf(FILE)
    async with internet.web() as web:
        offer = await table.find("https://civitai.com/models/7", web)
    assert await fetched(internet, folder, offer) == FILE
    keys = {request.host: request.headers.get("authorization") for request in internet.asked}
    assert keys == {"civitai.com": f"Bearer {SECRET}", "b2.civitai.com": None}


async def test_a_file_on_hugging_face_is_fetched_at_its_commit(internet: Internet, folder: Path) -> None:
    internet.pages["huggingface.co/api/models/a/b/revision/main"] = Reply.json(hugging_face_model())
    internet.pages[f"huggingface.co/a/b/resolve/{COMMIT}/ink.safetensors"] = Reply.redirect(
        "https://us.aws.cdn.hf.co/xet/ink?Signature=a", 302
    )
    internet.pages["us.aws.cdn.hf.co/xet/ink"] = Shelf(FILE)
    async with internet.web() as web:
        offer = await table.find("hf:a/b", web)
    assert await fetched(internet, folder, offer) == FILE
    assert internet.asked[-1].headers.get("authorization") is None


async def test_a_cut_is_carried_on_from(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Shelf(DATA, stops=[2_000, 1_500])
    assert await fetched(internet, folder, KNOWN) == DATA
    assert ranges(internet) == ["", "bytes=2000-", "bytes=3500-"]
    assert internet.asked[1].headers["if-range"] == '"one"'


async def test_a_cut_is_carried_on_from_by_a_later_call(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Shelf(DATA, stops=[2_000])
    error = await failure(SourceFaltered, fetched(internet, folder, rules=ONCE))
    assert "github.com was cut" in error.sentence
    assert left(folder) == DATA[:2_000]
    assert await fetched(internet, folder) == DATA
    assert ranges(internet) == ["", "bytes=2000-"]


async def test_a_call_that_is_cancelled_leaves_what_it_has(internet: Internet, folder: Path) -> None:
    shelf = internet.pages["github.com"] = Shelf(LARGE, stops=[len(LARGE) - 9])
    shelf.hold = True
    arrived = asyncio.Event()
    async with internet.web() as web:
        task = asyncio.create_task(
            download(OFFER, web, folder, largest=2**24, progress=lambda have, total: arrived.set())
        )
        await asyncio.wait_for(arrived.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert LARGE.startswith(left(folder))
    assert len(left(folder)) >= 2**20
    assert await fetched(internet, folder) == LARGE
    assert ranges(internet)[1].startswith("bytes=1")


async def test_a_call_killed_after_the_last_byte_has_nothing_left_to_fetch(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Shelf(DATA, stops=[len(DATA) - 1])
    await failure(SourceFaltered, fetched(internet, folder, rules=ONCE))
    with (folder / f"{OFFER.identity}.part").open("ab") as part:
        part.write(DATA[-1:])
    assert await fetched(internet, folder) == DATA
    assert len(internet.asked) == 1


async def test_a_finished_file_that_nobody_took_away_is_not_fetched_again(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Shelf(DATA)
    await fetched(internet, folder, KNOWN)
    await fetched(internet, folder, KNOWN)
    assert len(internet.asked) == 1
    await fetched(internet, folder.with_name("other"))
    await fetched(internet, folder.with_name("other"))  # without a hash nobody knows whether it is still the same
    assert len(internet.asked) == 3


@pytest.mark.parametrize("etag", ['"two"', '"one"'])
async def test_a_file_changed_between_two_calls_is_fetched_from_its_start(
    etag: str, internet: Internet, folder: Path
) -> None:
    internet.pages["github.com"] = Shelf(DATA, stops=[2_000])
    await failure(SourceFaltered, fetched(internet, folder, rules=ONCE))
    internet.pages["github.com"] = Shelf(OTHER + b"longer", etag)
    assert await fetched(internet, folder) == OTHER + b"longer"


async def test_a_file_without_a_mark_is_fetched_from_its_start(internet: Internet, folder: Path) -> None:
    for etag in ("", 'W/"one"', '"é"'):
        internet.pages["github.com"] = Shelf(DATA, etag, stops=[2_000])
        assert await fetched(internet, folder) == DATA
    assert set(ranges(internet)) == {""}


async def test_a_date_is_a_mark_too(internet: Internet, folder: Path) -> None:
    date = "Mon, 02 Nov 2026 10:00:00 GMT"
    half = {"ETag": 'W/"a"', "Last-Modified": date}
    internet.pages["github.com"] = Reply(DATA, headers=half, stop=2_000)
    await failure(SourceFaltered, fetched(internet, folder, rules=ONCE))
    rest = half | {"Content-Range": f"bytes 2000-{len(DATA) - 1}/{len(DATA)}"}
    internet.pages["github.com"] = Reply(DATA[2_000:], 206, rest)
    assert await fetched(internet, folder) == DATA
    assert internet.asked[-1].headers["if-range"] == date


@pytest.mark.parametrize(
    ("status", "headers", "length"),
    [
        (206, {"Content-Range": f"bytes 1999-{SIZE - 1}/{SIZE}"}, -1),
        (206, {"Content-Range": f"bytes 2000-{SIZE - 2}/{SIZE}"}, -1),
        (206, {"Content-Range": f"bytes 2000-{SIZE}/{SIZE + 1}"}, -1),
        (206, {"Content-Range": f"bytes 2000-{SIZE - 1}/*"}, -1),
        (206, {"Content-Range": "bytes 2000-1/5"}, -1),
        (206, {"Content-Range": "bytes " + "9" * 5_000}, -1),
        (206, {"Content-Range": f"items 2000-{SIZE - 1}/{SIZE}"}, -1),
        (206, {}, -1),
        (206, {"Content-Range": f"bytes 2000-{SIZE - 1}/{SIZE}", "ETag": '"two"'}, -1),
        (206, {"Content-Range": f"bytes 2000-{SIZE - 1}/{SIZE}", "Last-Modified": "Monday"}, -1),
        (206, {"Content-Range": f"bytes 2000-{SIZE - 1}/{SIZE}"}, 5),
        (416, {"Content-Range": f"bytes */{SIZE}"}, 0),
    ],
)
async def test_a_piece_that_does_not_fit_is_thrown_away_with_what_was_there(
    status: int, headers: dict[str, str], length: int, internet: Internet, folder: Path
) -> None:
    internet.pages["github.com"] = Shelf(DATA, stops=[2_000])
    await failure(SourceFaltered, fetched(internet, folder, rules=ONCE))
    whole = Shelf(OTHER)

    def strange(request: Request) -> Reply:
        if "range" in request.headers:
            return Reply(DATA[2_000:] if length < 0 else DATA[2_000 : 2_000 + length], status, headers)
        return whole(request)

    internet.pages["github.com"] = strange
    assert await fetched(internet, folder) == OTHER
    assert ranges(internet) == ["", "bytes=2000-", ""]


async def test_a_piece_nobody_asked_for_is_refused(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Reply(DATA, 206, {"Content-Range": f"bytes 0-{SIZE - 1}/{SIZE}"})
    assert "HTTP status 206" in (await failure(SourceFailed, fetched(internet, folder))).sentence


async def test_two_calls_for_one_file_do_not_write_over_each_other(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Shelf(DATA)
    async with internet.web() as web, asyncio.TaskGroup() as group:
        calls = [
            group.create_task(outcome(download(OFFER, web, folder, largest=2**24, progress=lambda *_: None)))
            for _ in range(2)
        ]
    path, refusal = sorted((call.result() for call in calls), key=lambda result: isinstance(result, Exception))
    assert isinstance(path, Path)
    assert path.read_bytes() == DATA
    assert "being fetched already" in str(refusal)


async def test_a_disk_that_fails_while_writing_is_said_in_a_sentence(
    internet: Internet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    internet.pages["github.com"] = Shelf(DATA)
    monkeypatch.setattr(os, "write", full)
    error = await failure(StorageFailed, fetched(internet, folder))
    assert error.sentence == "The file cannot be stored: No space left on device."
    assert error.status == 507


async def test_the_note_beside_a_part_shows_no_url(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Shelf(DATA, stops=[2_000])
    await failure(SourceFaltered, fetched(internet, folder, rules=ONCE))
    note = json.loads((folder / f"{OFFER.identity}.json").read_text())
    assert note == {"total": SIZE, "etag": '"one"', "modified": ""}


async def test_the_size_civitai_says_is_exact(internet: Internet, folder: Path) -> None:
    data = tiny_adapter(7)
    file = civitai_file(sizeKB=len(data) / 1024, hashes={})
    internet.pages["civitai.com/api/v1/models/7"] = Reply.json(civitai_model(civitai_version(22, file)))
    internet.pages["civitai.com/api/download/models/22"] = Shelf(data)
    async with internet.web() as web:
        offer = await table.find("https://civitai.com/models/7", web)
    assert await fetched(internet, folder, offer) == data
