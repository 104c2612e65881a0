"""Styles of the library from draft to gone: whose they are, whether they are painted in, and how they make room."""

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters import previews
from adapters.errors import QuotaReached
from adapters.library import EVERYONE, Kept, Library, Quota, State
from adapters.styles import Style
from protocol.errors import InvalidRequest
from tests.adapters.files import tiny_adapter
from tests.adapters.test_card import png

SIZE = len(tiny_adapter(100))
"""As of all seeds of three digits."""
SERVER, OTHER = "6", "7"
FIRST = """
    CREATE TABLE adapters (
        sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, facts TEXT NOT NULL, added_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE styles (
        id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, folded TEXT NOT NULL,
        sha256 TEXT NOT NULL REFERENCES adapters, fields TEXT NOT NULL, added_at INTEGER NOT NULL,
        UNIQUE (owner, folded)
    ) STRICT;
    CREATE INDEX styles_by_adapter ON styles (sha256);
    PRAGMA user_version = 1;
"""
"""How the first version made it."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "adapters")) as library:
        yield library


def added(
    library: Library,
    name: str,
    owner: str = SERVER,
    state: State = State.ACTIVE,
    quota: Quota = Quota(),  # noqa: B008
    seed: int | None = None,
    facts: Mapping[str, Any] = {"kinds": {"LoRA": 1}},
) -> Kept:
    data = tiny_adapter(100 + sum(name.encode()) % 900 if seed is None else 100 + seed)
    draft = library.files.drafts / f"{owner}-{name}.draft"
    draft.write_bytes(data)
    style = Style(name=name, path=draft, sha256=hashlib.sha256(data).hexdigest())
    return library.add(draft, style, len(data), facts, owner, quota, state=state, by="4")


def names(library: Library, owner: str = SERVER) -> list[str]:
    return [style.name for style in library.styles(owner)]


def test_only_what_is_active_is_painted_in_and_everything_but_what_was_retired_counts(library: Library) -> None:
    ids = {state: added(library, state, state=state).id for state in (State.DRAFT, State.ACTIVE, State.DISABLED)}
    assert names(library) == ["active"]
    assert [kept.style.name for kept in library.kept(SERVER)] == ["active", "disabled", "draft"]
    library.move(ids[State.DRAFT], State.ACTIVE)
    library.move(ids[State.ACTIVE], State.DISABLED)
    assert names(library) == ["draft"]
    assert library.used(SERVER) == 3 * SIZE
    library.move(ids[State.DISABLED], State.RETIRED)
    assert library.used(SERVER) == 2 * SIZE
    assert [kept.style.name for kept in library.retired(SERVER)] == ["disabled"]
    assert len(list(library.files.known())) == 3
    with pytest.raises(InvalidRequest):
        library.by_id(ids[State.DISABLED])


def test_the_name_of_what_was_retired_is_free(library: Library) -> None:
    first = added(library, "ink")
    library.move(first.id, State.RETIRED)
    second = added(library, "ink", seed=1)
    library.move(second.id, State.RETIRED)
    third = added(library, "INK", seed=2)
    assert len({first.id, second.id, third.id}) == 3
    library.edit(third.id, lambda now: replace(now.style, name="pencil"))
    assert added(library, "ink", seed=3).style.name == "ink"


def test_what_was_retired_goes_when_its_room_is_needed_the_longest_ago_first(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota = Quota(styles=2, bytes=3 * SIZE)
    for number, name in enumerate(("a", "b", "c")):
        monkeypatch.setattr("time.time", lambda at=1e9 + number: at)
        library.move(added(library, name, quota=replace(quota, styles=9)).id, State.RETIRED)
    added(library, "d", quota=quota)
    assert [kept.style.name for kept in library.retired(SERVER)] == ["b", "c"]
    added(library, "e", quota=quota)
    assert [kept.style.name for kept in library.retired(SERVER)] == ["c"]
    with pytest.raises(QuotaReached, match="2 is the most"):
        added(library, "f", quota=quota)
    assert [kept.style.name for kept in library.retired(SERVER)] == ["c"], "nothing goes for one that is not taken"
    with pytest.raises(QuotaReached, match="MiB is the most"):
        added(library, "g", quota=Quota(bytes=2 * SIZE))


def test_one_servers_room_is_not_taken_by_another(library: Library) -> None:
    quota = Quota(styles=1, bytes=SIZE)
    mine, theirs = added(library, "ink", SERVER, quota=quota), added(library, "ink", OTHER, quota=quota)
    assert mine.style.sha256 == theirs.style.sha256
    library.purge(mine.id)
    assert len(theirs.style.read()) == SIZE, "the file stays for the other one"
    library.purge(theirs.id)
    assert list(library.files.known()) == []
    library.purge(theirs.id)


def test_what_is_published_is_everyones_and_no_more_its_servers(library: Library) -> None:
    one = added(library, "ink")
    library.publish(one.id)
    assert (names(library, EVERYONE), names(library), library.used(SERVER)) == (["ink"], [], 0)
    other = added(library, "ink", OTHER)
    with pytest.raises(InvalidRequest, match="already"):
        library.publish(other.id)
    assert names(library, OTHER) == ["ink"]


def test_pictures_are_kept_all_three_and_go_with_their_style(library: Library) -> None:
    one, other = added(library, "ink"), added(library, "pencil")
    for kept in (one, other):
        previews.keep(library, kept.id, png((8, 8), "red"), png((8, 8), "blue"))
    assert library.preview(one.id, "card").read_bytes()[:4] == b"\x89PNG"
    library.purge(one.id)
    assert {path.name.partition("-")[0] for path in library.previews.iterdir()} == {str(other.id)}


def test_who_added_a_style_is_forgotten_with_them(library: Library) -> None:
    one = added(library, "ink")
    assert one.added_by == "4"
    library.forget("5")
    assert library.by_id(one.id).added_by == "4"
    library.forget("4")
    assert library.by_id(one.id).added_by == ""


def test_many_that_add_at_once_stay_within_what_they_may_have(library: Library) -> None:
    def adds(number: int) -> bool:
        try:
            added(library, f"n{number}", quota=Quota(styles=4), seed=number)
        except QuotaReached:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(adds, range(16))) == 4
    assert len(library.kept(SERVER)) == 4
    library.sweep()
    assert len(list(library.files.known())) == 4


def test_of_many_that_change_one_style_at_once_each_leaves_it_whole(library: Library) -> None:
    one = added(library, "ink")
    steps = [
        lambda: library.move(one.id, State.DISABLED),
        lambda: library.move(one.id, State.ACTIVE),
        lambda: library.edit(one.id, lambda now: replace(now.style, trigger="inked")),
        lambda: library.publish(one.id),
        lambda: library.purge(one.id),
    ]

    def done(step: int) -> None:
        with contextlib.suppress(InvalidRequest):  # it was purged before
            steps[step % len(steps)]()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(done, range(40)))
    assert library.everything() == ()
    assert list(library.files.known()) == []


def test_of_one_file_each_owner_has_what_it_was_told_itself(library: Library) -> None:
    one, other = (added(library, "ink", owner, facts={"page": f"of {owner}"}) for owner in (SERVER, OTHER))
    assert one.style.sha256 == other.style.sha256
    assert [library.by_id(kept.id).facts["page"] for kept in (one, other)] == ["of 6", "of 7"]


def test_a_draft_that_was_activated_meanwhile_is_not_discarded(library: Library) -> None:
    one = added(library, "ink", state=State.DRAFT)
    library.move(one.id, State.ACTIVE)
    assert not library.purge(one.id, (State.DRAFT,))
    assert len(library.by_id(one.id).style.read()) == SIZE
    assert library.purge(one.id)
    assert not library.purge(one.id)


def test_a_library_of_the_first_version_keeps_its_styles(tmp_path: Path) -> None:
    folder = tmp_path / "adapters"
    with closing(Library(folder)) as library:
        new = added(library, "Ink", EVERYONE)
    (folder / "library.sqlite").rename(tmp_path / "new.sqlite")
    with closing(sqlite3.connect(folder / "library.sqlite")) as old, old:
        old.executescript(FIRST)
        old.execute("INSERT INTO adapters VALUES (?, ?, ?, 5)", (new.style.sha256, new.size, new.recorded))
        fields = json.dumps({"name": "Ink", "trigger": "in ink", "weight": 0.8, "weight_range": [0.0, 1.5]})
        old.execute("INSERT INTO styles VALUES (7, '', 'ink', ?, ?, 5)", (new.style.sha256, fields))
    with closing(Library(folder)) as library:
        kept = library.named("ink", EVERYONE)
        assert (kept.id, kept.added_at, kept.state, kept.added_by) == (7, 5, State.ACTIVE, "")
        assert (kept.facts, kept.style.trigger, kept.style.tags) == (new.facts, "in ink", ())
        assert len(kept.style.read()) == SIZE
        assert added(library, "ink", SERVER).facts == {"kinds": {"LoRA": 1}}
    with closing(Library(folder)) as library:
        assert [one.owner for one in library.everything()] == [EVERYONE, SERVER]
