"""A backup that is not what it was is found out, and what is none is a sentence."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.backup.manifest import BackupFailed, Manifest
from tests.bot.backup.content import changed, members, problems, restored, told, written


@pytest.mark.parametrize("ending", ["-1.png", ".safetensors", "library.sqlite", "bot.sqlite", "styles.json"])
@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"a", lambda data: b"X" + data[1:]])
def test_a_changed_file_is_found(backup: Path, ending: str, change: Callable[[bytes], bytes]) -> None:
    content = members(backup)
    [name] = [name for name in content if name.endswith(ending)]
    written(backup, changed(content, ending, change))
    assert problems(backup) == [f"{name}: its bytes are not what they were."]


def test_missing_files_and_strangers_are_found(backup: Path) -> None:
    content = members(backup)
    [picture] = [name for name in content if name.endswith("-1.png")]
    del content[picture]
    written(backup, {"pictures/stranger.png": b"", **content})
    assert problems(backup) == [
        f"{picture}: it is not in the backup.",
        "pictures/stranger.png: the backup's manifest does not name it.",
    ]


def test_a_database_that_was_damaged_before_it_was_copied_is_found(backup: Path) -> None:
    content = members(backup)
    page = 4096
    damaged = content["bot.sqlite"][:page] + b"\xff" * page + content["bot.sqlite"][2 * page :]
    told(content, "bot.sqlite", damaged)
    written(backup, content)
    [problem] = problems(backup)
    assert problem.startswith("bot.sqlite: ")
    assert "bytes" not in problem


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.3, 0.9, 0.99])
def test_one_that_was_cut_off_is_no_backup(backup: Path, kept: float) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(kept * (len(whole) - tarfile.RECORDSIZE))])
    with pytest.raises(BackupFailed, match=r"no backup|not whole"):
        problems(backup)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (b"{", "manifest cannot be read"),
        (b"[]", "manifest cannot be read"),
        (b"{}", "manifest cannot be read"),
        (b"[" * 100_000, "manifest cannot be read"),
        (b'{"format": 1, "files": {"bot.sqlite": {"size": 1e999}}}', "manifest cannot be read"),
        (b'{"format": 2}', "newer StyleSeal"),
        (None, "there is no manifest.json"),
    ],
)
def test_what_is_no_backup_is_a_sentence(tmp_path: Path, manifest: bytes | None, said: str) -> None:
    written(tmp_path / "a.tar", {} if manifest is None else {"manifest.json": manifest})
    with pytest.raises(BackupFailed, match=said):
        problems(tmp_path / "a.tar")


@pytest.mark.parametrize("content", [b"", b"no tar" * 1000, None])
def test_what_is_no_tar_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.tar").write_bytes(content)
    with pytest.raises(BackupFailed, match=r"is no backup|No such file"):
        problems(tmp_path / "a.tar")


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../a", "pictures/../../a", "other/a", "", ".", "pictures//a", "bot.lock", "pictures/a\0b"]
)
def test_a_name_that_leads_elsewhere_is_refused(backup: Path, name: str) -> None:
    content = members(backup)
    told(content, name, b"a")
    with pytest.raises(BackupFailed, match="no backup of a StyleSeal's"):
        Manifest.read(content["manifest.json"])


def test_a_link_in_the_place_of_a_file_is_not_followed(backup: Path, tmp_path: Path) -> None:
    content = members(backup)
    [name] = [name for name in content if name.endswith("-1.png")]
    with tarfile.open(backup, "w") as tar:
        for each, data in content.items():
            info = tarfile.TarInfo(each)
            if each == name:
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            info.size = 0 if each == name else len(data)
            tar.addfile(info, io.BytesIO(data))
    assert problems(backup) == [f"{name}: it is no file."]
    with pytest.raises(BackupFailed, match="it is no file"):
        restored(backup, tmp_path / "new")


@pytest.mark.parametrize("name", ["-1.png", "manifest.json"])
def test_a_file_of_holes_is_not_read_for_ever(backup: Path, tmp_path: Path, name: str) -> None:
    """A few bytes that claim to be a terabyte."""
    content = members(backup)
    with tarfile.open(backup, "w", format=tarfile.PAX_FORMAT) as tar:
        for each, data in content.items():
            info = tarfile.TarInfo(each)
            if each.endswith(name):
                info.pax_headers = {"GNU.sparse.size": str(10**12), "GNU.sparse.map": f"0,{len(data)},{10**12},0"}
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    with pytest.raises(BackupFailed, match=r"its bytes are not what they were|it is not whole"):
        restored(backup, tmp_path / "new")
