from dataclasses import replace
from pathlib import Path

import pytest

from adapters.errors import SourceFailed, SourceFaltered, SourceRefused
from tests.adapters.sources.fetching import (
    DATA,
    KNOWN,
    OFFER,
    ONCE,
    OTHER,
    SIZE,
    fetched,
    left,
    names,
    outcome,
    ranges,
)
from tests.adapters.sources.internet import QUICK, Internet, Reply, Shelf
from tests.adapters.sources.secrets import failure


async def test_a_file_that_always_breaks_off_is_given_up(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Shelf(DATA, stops=[1_000] * 9)
    await failure(SourceFaltered, fetched(internet, folder))
    assert len(internet.asked) == QUICK.tries
    assert left(folder) == DATA[:3_000]


async def test_a_file_that_ends_before_its_announced_end_is_given_up(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Reply(DATA, length=SIZE + 1)
    await failure(SourceFaltered, fetched(internet, folder))


async def test_bytes_after_the_announced_end_are_never_taken(internet: Internet, folder: Path) -> None:
    """If they come together with the rest the answer is no HTTP, and else nobody is there any more to read them."""
    internet.pages["github.com"] = Reply(DATA + b"more", length=SIZE)
    result = await outcome(fetched(internet, folder))
    assert result == DATA or (isinstance(result, SourceFailed) and "not HTTP" in result.sentence)


@pytest.mark.parametrize("endless", [False, True])
async def test_a_file_without_a_length_is_refused(endless: bool, internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Reply(DATA, length=None, endless=endless)
    assert "does not say how large" in (await failure(SourceRefused, fetched(internet, folder))).sentence
    internet.pages["github.com"] = Reply(b"5\r\n12345\r\n0\r\n\r\n", 200, {"Transfer-Encoding": "chunked"}, None)
    assert "does not say how large" in (await failure(SourceRefused, fetched(internet, folder))).sentence


async def test_a_file_that_is_too_large_is_refused_before_its_body(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Reply(DATA, length=2**40, endless=True)
    error = await failure(SourceRefused, fetched(internet, folder, largest=2**20))
    assert error.sentence == "The file has 1048576.0 MiB, and at most 1.0 MiB are taken."
    asked = len(internet.asked)
    await failure(SourceRefused, fetched(internet, folder, replace(OFFER, size=2**21), largest=2**20))
    assert len(internet.asked) == asked  # where the site says so, it need not even be asked


async def test_a_part_that_is_too_large_by_now_is_refused(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Shelf(DATA, stops=[2_000])
    await failure(SourceFaltered, fetched(internet, folder, rules=ONCE))
    await failure(SourceRefused, fetched(internet, folder, largest=3_000))


async def test_a_length_other_than_the_offered_one_is_refused(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Shelf(DATA)
    error = await failure(SourceRefused, fetched(internet, folder, replace(OFFER, size=SIZE + 1)))
    assert f"has {SIZE} bytes, and its site says it has {SIZE + 1}" in error.sentence


async def test_a_file_with_another_hash_is_refused_and_deleted(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Shelf(OTHER)
    assert "SHA-256" in (await failure(SourceRefused, fetched(internet, folder, KNOWN))).sentence
    assert names(folder) == []
    internet.pages["github.com"] = Shelf(DATA)
    assert await fetched(internet, folder, KNOWN) == DATA


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><html>log in</html>", "a web page, perhaps one to log in,"),
        (b"\xef\xbb\xbf\n  <html>", "a web page"),
        (b"PK\x03\x04\x14\0\0\0\x08\0 a zip", "a zip archive"),
        (b"\x80\x02}q\0. a pickle", "a pickle, which can run programs,"),
        (b'{"error": "not found"}', "sent JSON"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0", "a compressed file"),
        (b"version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS"),
        (b"GGUF\x03\0\0\0\x01\0", "a GGUF model"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a picture"),
        (b"", "something else"),
        (b"\x02\0\0", "something else"),
        ((2**40).to_bytes(8, "little") + b"{}", "something else"),
        ((100).to_bytes(8, "little") + b"{}", "something else"),
        ((2).to_bytes(8, "little") + b"[]", "something else"),
    ],
)
async def test_what_is_no_safetensors_file_is_known_by_its_first_bytes(
    body: bytes, said: str, internet: Internet, folder: Path
) -> None:
    internet.pages["github.com"] = Shelf(body)
    error = await failure(SourceRefused, fetched(internet, folder))
    assert said in error.sentence
    assert left(folder) == b""


async def test_a_wrong_file_is_let_go_before_the_rest_of_it(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Reply(b"PK\x03\x04" + bytes(600), length=2**23, hold=True)
    assert "a zip archive" in (await failure(SourceRefused, fetched(internet, folder))).sentence


async def test_a_login_page_says_how_to_log_in(internet: Internet, folder: Path) -> None:
    internet.pages["civitai.com"] = Reply(b"<html>", headers={"Content-Type": "text/html; charset=utf-8"}, length=None)
    offer = replace(OFFER, source="civitai", url="https://civitai.com/api/download/models/22")
    error = await failure(SourceRefused, fetched(internet, folder, offer))
    assert "a web page" in error.sentence
    assert "STYLESEAL_CIVITAI_KEY" in error.sentence


async def test_a_compressed_file_is_refused(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Reply(DATA, headers={"Content-Encoding": "gzip"})
    assert "compressed" in (await failure(SourceFailed, fetched(internet, folder))).sentence


async def test_a_file_that_drips_in_is_given_up_and_kept(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Reply(DATA, headers={"ETag": '"one"'}, stop=2_000, hold=True)
    slow = replace(QUICK, slow_seconds=0, slow_bytes=2**60)
    assert "too slowly" in (await failure(SourceFailed, fetched(internet, folder, rules=slow))).sentence
    assert len(internet.asked) == 1


async def test_a_file_that_stops_arriving_is_asked_for_again(internet: Internet, folder: Path) -> None:
    shelf = internet.pages["github.com"] = Shelf(DATA, stops=[2_000])
    shelf.hold = True
    assert await fetched(internet, folder, rules=replace(QUICK, silence_seconds=0.3)) == DATA
    assert ranges(internet) == ["", "bytes=2000-"]


@pytest.mark.parametrize(
    ("status", "kind", "said", "asked"),
    [
        (401, SourceRefused, "log in", 1),
        (403, SourceRefused, "private", 1),
        (404, SourceRefused, "nothing at this address", 1),
        (410, SourceRefused, "any more", 1),
        (418, SourceFailed, "418", 1),
        (429, SourceFailed, "too often", 1),
        (451, SourceRefused, "country", 1),
        (204, SourceFailed, "204", 1),
        (503, SourceFaltered, "in trouble", 3),
    ],
)
async def test_each_status_has_its_sentence(
    status: int, kind: type[SourceFailed], said: str, asked: int, internet: Internet, folder: Path
) -> None:
    internet.pages["github.com"] = Reply(status=status)
    assert said in (await failure(kind, fetched(internet, folder))).sentence
    assert len(internet.asked) == asked


async def test_a_storage_host_speaks_for_itself(internet: Internet, folder: Path) -> None:
    internet.pages["civitai.com"] = Reply.redirect("https://b2.civitai.com/file")
    internet.pages["b2.civitai.com"] = Reply(status=403)
    offer = replace(OFFER, source="civitai", url="https://civitai.com/api/download/models/22")
    error = await failure(SourceRefused, fetched(internet, folder, offer))
    assert error.sentence.startswith("b2.civitai.com does not give this out.")
    internet.pages["civitai.com"] = Reply(status=403)
    assert "early access" in (await failure(SourceRefused, fetched(internet, folder, offer))).sentence


async def test_a_file_that_drips_in_after_a_good_start_is_given_up_too(internet: Internet, folder: Path) -> None:
    internet.pages["github.com"] = Shelf(DATA, stops=[2_000])
    await failure(SourceFaltered, fetched(internet, folder, rules=ONCE))
    slow = replace(QUICK, slow_seconds=0, slow_bytes=2**60)
    assert "too slowly" in (await failure(SourceFailed, fetched(internet, folder, rules=slow))).sentence
    assert ranges(internet) == ["", "bytes=2000-"]
