"""Styles that cannot be painted in, and why."""

import json
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from adapters.library import Library, Quota, State
from adapters.styles import Catalogue
from bot.doctor.finding import Mark
from pocket.location import ADAPTERS, BASE
from tests.adapters.files import write_styles
from tests.bot.doctor.visits import case, found, the_one


async def test_the_embedded_styles_fit_the_embedded_base(data: Path) -> None:
    finding = await the_one(case(data), "adapters")
    assert finding.mark is Mark.OK
    assert finding.sentence.endswith("are there, unchanged, and fit the base.")


async def test_a_style_whose_file_is_gone_changed_or_damaged_is_named_with_what_to_do(data: Path) -> None:
    write_styles(data / "styles", "gone", "changed", "damaged")
    (data / "styles" / "gone.safetensors").unlink()
    (data / "styles" / "damaged.safetensors").write_bytes(b"rubbish")
    known = data / "styles" / "changed.safetensors"
    known.write_bytes(known.read_bytes()[:-1] + b"\1")
    said = [finding for finding in await found(case(data), "adapters") if finding.mark is Mark.BROKEN]
    for name in ("gone", "changed", "damaged"):
        (finding,) = [one for one in said if f"style {name} " in one.sentence]
        assert str(data / "styles" / "styles.json") in finding.todo


async def test_a_style_for_another_base_is_named_with_how_to_remove_it(data: Path) -> None:
    write_styles(data / "styles", "strange")
    (finding,) = [one for one in await found(case(data), "adapters") if one.mark is not Mark.OK]
    assert finding.mark is Mark.WARNING
    assert finding.sentence == (
        "The style strange is for another base, and the base is the pocket base: nobody can paint in it."
    )
    assert "styles.json" in finding.todo


async def test_embedded_styles_are_no_reason_to_worry_on_another_base(data: Path, tmp_path: Path) -> None:
    other = tmp_path / "sd15"
    shutil.copytree(BASE, other)
    config = json.loads((other / "unet" / "config.json").read_text())
    config |= {"block_out_channels": [320, 640, 1280, 1280], "cross_attention_dim": 768, "in_channels": 4}
    (other / "unet" / "config.json").write_text(json.dumps(config))
    finding = await the_one(case(data, base=str(other)), "adapters")
    assert finding.mark is Mark.OK
    assert "are for the pocket base, and the base is Stable Diffusion 1.x" in finding.sentence


async def test_a_broken_list_of_styles_does_not_hide_the_others(data: Path) -> None:
    write_styles(data / "styles", "mine")
    (data / "styles" / "styles.json").write_text("{")
    wrong, rest = await found(case(data), "adapters")
    assert (wrong.mark, "styles.json" in wrong.sentence) == (Mark.BROKEN, True)
    assert rest.mark is Mark.OK


async def test_an_adapter_of_the_library_is_removed_by_its_name(data: Path) -> None:
    library = Library(data / "adapters")
    embedded = next(iter(Catalogue.of(ADAPTERS)))
    with library.files.draft() as draft:
        draft.write_bytes(embedded.read())
        library.add(draft, replace(embedded, name="mine; reboot"), 1, {}, "", Quota())
    kept = library.named("mine; reboot", "").style
    library.close()
    assert (await the_one(case(data), "adapters")).mark is Mark.OK
    kept.path.unlink()
    finding = next(one for one in await found(case(data), "adapters") if one.mark is Mark.BROKEN)
    assert "styleseal adapters remove 'mine; reboot'" in finding.todo


async def test_a_servers_drafts_are_looked_at_and_what_it_removed_is_not(data: Path) -> None:
    embedded = next(iter(Catalogue.of(ADAPTERS)))
    with closing(Library(data / "adapters")) as library:
        with library.files.draft() as draft:
            draft.write_bytes(embedded.read())
            kept = library.add(draft, replace(embedded, name="sketch"), 1, {}, "6", Quota(), state=State.DRAFT)
        assert (await the_one(case(data), "adapters")).mark is Mark.OK
        kept.style.path.unlink()
        finding = next(one for one in await found(case(data), "adapters") if one.mark is Mark.BROKEN)
        assert "styleseal adapters remove sketch --server 6" in finding.todo
        library.move(kept.id, State.RETIRED)
        assert (await the_one(case(data), "adapters")).mark is Mark.OK
