"""`styleseal paint`: a picture, or several, from words to files."""

import sys
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

import typer

from cli.catalogue import styles_here
from cli.engine_at_hand import EngineAtHand, engine_at_hand, run_to_its_end
from cli.save import ZOOM, Destination, named, save, zoomed
from cli.settings import load_settings
from cli.show import Show
from cli.wish import Understood, Wish, understand
from engine.settings import EngineSettings
from protocol.events import Completed
from protocol.limits import SAMPLERS
from protocol.order import PaintOrder
from protocol.presets import PRESETS


def command(
    prompt: Annotated[str | None, typer.Argument(help="What to paint.", show_default=False)] = None,
    style: Annotated[list[str] | None, typer.Option(help="A style; several are blended.")] = None,
    weight: Annotated[list[float] | None, typer.Option(help="How strongly, for each style in order.")] = None,
    out: Annotated[Path | None, typer.Option(help="The PNG file to write; several get -1, -2 ...")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed paints the same picture.")] = None,
    count: Annotated[int, typer.Option(help="How many pictures, with seeds one after the other.")] = 1,
    size: Annotated[str | None, typer.Option(help="WIDTHxHEIGHT in pixels, or one number for a square.")] = None,
    steps: Annotated[int | None, typer.Option(help="Denoising steps: more are finer and slower.")] = None,
    negative: Annotated[str | None, typer.Option(help="What not to paint.")] = None,
    guidance: Annotated[float | None, typer.Option(help="How closely to follow the prompt.")] = None,
    sampler: Annotated[str | None, typer.Option(help=f"One of {', '.join(SAMPLERS)}.")] = None,
    preset: Annotated[
        str | None, typer.Option(help=f"Sampler, steps and guidance of an accelerator: {', '.join(PRESETS)}.")
    ] = None,
    no_trigger: Annotated[bool, typer.Option("--no-trigger", help="Leave the styles' triggers out.")] = False,
    like: Annotated[Path | None, typer.Option(help="Paint this picture again, but for what else is given.")] = None,
    upscale: Annotated[Path | None, typer.Option(help="Paint this picture again at twice its size.")] = None,
    image: Annotated[Path | None, typer.Option(help="A picture to paint over.")] = None,
    strength: Annotated[float | None, typer.Option(help="How far to leave that picture, up to 1.")] = None,
    adapter: Annotated[list[Path] | None, typer.Option(help="A LoRA file, as if it were a style.")] = None,
    trigger: Annotated[list[str] | None, typer.Option(help="The trigger of each --adapter, in order.")] = None,
    zoom: Annotated[int, typer.Option(help="Enlarge the file's picture so many times.", min=ZOOM[0], max=ZOOM[1])] = 1,
) -> None:
    """Paint a picture: styleseal paint "astronaut" --style sks --seed 7 --out astronaut.png"""
    fields = {"negative_prompt": negative, "steps": steps, "guidance_scale": guidance, "sampler": sampler}
    wish = Wish(
        prompt=prompt,
        like=like,
        upscale=upscale,
        styles=style or (),
        adapters=adapter or (),
        weights=weight or (),
        triggers=trigger or (),
        with_triggers=not no_trigger,
        image=image,
        size=size,
        preset=preset,
        fields=fields | {"seed": seed, "count": count, "strength": strength},
    )
    settings = load_settings(EngineSettings)
    understood = understand(wish, styles_here(settings))
    run_to_its_end(_paint(settings, understood, Destination(out, count), zoom))


async def _paint(settings: EngineSettings, understood: Understood, destination: Destination, zoom: int) -> None:
    written: list[str] = []
    notes = list(understood.notes)
    names = tuple(understood.files.name(use.sha256) for use in understood.request.adapters)
    try:
        with Show(understood.request.count) as show:
            async with engine_at_hand(settings, show.sentence) as engine:
                notes += await _other_base(engine, understood)
                order = PaintOrder(request=understood.request, stream=True)
                async with aclosing(engine.paint(order, understood.files)) as events:
                    async for event in events:
                        show.event(event)
                        if isinstance(event, Completed):
                            path = destination.path(understood.request.prompt, event)
                            save(path, named(zoomed(event.png, zoom), names))
                            written.append(f"{path}  seed {event.seed}, {event.seconds:.1f} s")
                            notes += [f"Past the text encoder's limit, and not read: {event.cut}"] if event.cut else []
    finally:  # what is written stays written, whatever comes after it
        for note in dict.fromkeys(notes):
            print(note, file=sys.stderr)
        for line in written:
            print(line)


async def _other_base(engine: EngineAtHand, understood: Understood) -> list[str]:
    """A sentence if the picture to paint again was painted on another base."""
    if (recorded := understood.recorded) is None:
        return []
    names = {base.fingerprint: base.name for base in await engine.link.models()}
    if recorded.base_fingerprint in names:
        return []
    was = f"{recorded.base_name or 'a base'} ({recorded.base_fingerprint[:12]})"
    has = ", ".join(f"{name} ({fingerprint[:12]})" for fingerprint, name in names.items())
    return [f"That picture was painted on {was}, and the engine has {has}: this will be another picture."]
