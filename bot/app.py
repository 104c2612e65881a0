"""The bot process: builds everything once, and runs until it is stopped."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import discord

from adapters.library import Library, Quota
from adapters.settings import AdapterSettings
from adapters.styles import Catalogue
from bot.adding.additions import Adding
from bot.adding.panel import Panels
from bot.adding.removal import Removal
from bot.adding.way import Additions
from bot.agenda import Agenda, Handler
from bot.asking import Asking
from bot.blends.blends import Blends
from bot.client import StyleSealBot
from bot.collecting import COLLECT, Collecting
from bot.delivery import Delivery
from bot.departures import PURGE, Departures
from bot.desk import Desk
from bot.discord_address import point_at
from bot.exporting import Exporting
from bot.forgetting import FORGET, Forgetting
from bot.jobs import Job, State
from bot.members import Members
from bot.moderation.held import LETTERS as HELD
from bot.moderation.held import Held
from bot.moderation.moderating import UNWARNED, WARNING, Warnings
from bot.outbox import Courier, Lost
from bot.painter import Painter
from bot.post import Post
from bot.presence import Presence
from bot.servers.rules import Rules
from bot.servers.trail import Trail
from bot.settings import BotSettings
from bot.stats.chart_process import ChartProcess
from bot.stats.counted import Stats
from bot.store.additions import Additions as AdditionStore
from bot.store.agenda import AgendaStore
from bot.store.blends import BlendStore
from bot.store.blocks import Blocks
from bot.store.database import Database, opened
from bot.store.jobs import Jobs
from bot.store.kept import Kept
from bot.store.member_data import MemberData
from bot.store.outbox import Outbox
from bot.store.pictures import Pictures
from bot.store.preferences import PreferenceStore
from bot.store.reports import Reports
from bot.store.servers import ServerStore
from bot.store.stats import StatsStore
from bot.store.styles_used import StylesUsed
from bot.store.uses import Uses
from bot.styles.by_place import Styles
from bot.styles.choices import Choices
from bot.styles.popularity import Popularity
from bot.styles.preview_store import PreviewStore
from bot.styles.previews import Previews
from bot.sweeping import sweep
from bot.told import Told
from protocol.errors import StyleSealError, Unauthorized

log = logging.getLogger(__name__)
_DAY = 24 * 3600.0
EXPIRE = "expire"
_NOT_KNOWN = 4004
FINISH_SECONDS = 5.0
"""For what is being painted when the bot is asked to end; what is not ready by then is painted after the next start."""
SEND_SECONDS = 2.0


async def run(
    settings: BotSettings,
    token: str,
    catalogue: Catalogue,
    adapters: AdapterSettings,
    engine: Presence,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """`catalogue` has the styles that are in no library; those of the library come and go. Until it is cancelled.
    Raises `Unauthorized` for a token that Discord does not know, `StoreFailed`, `StorageFailed`."""
    point_at(settings.discord_api)
    async with opened(settings.database) as database, StyleSealBot() as client, Post(client) as post:
        with closing(Library(adapters.folder)) as library:
            styles = Styles(catalogue, library)
            running = _built(client, post, database, settings, styles, engine, adapters)
            await _run(running, client, token, settings, on_ready)


async def _run(
    running: "Running", client: StyleSealBot, token: str, settings: BotSettings, on_ready: Callable[[], None]
) -> None:
    await _logged_in(client, token, settings.discord_api)
    await running.agenda.at(time.time(), EXPIRE, "")
    async with asyncio.TaskGroup() as tasks:
        work = [tasks.create_task(part) for part in (running.courier.run(), running.agenda.run(), _connected(client))]
        work += [tasks.create_task(part) for part in (_reopened(client), running.painter.run(), running.told.run())]
        work += [tasks.create_task(part) for part in (client.adding.run(), client.previews.run())]
        try:
            await client.wait_until_ready()
            on_ready()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await _wound_up(client)
            for task in work:
                task.cancel()
            raise


@dataclass(frozen=True, slots=True)
class Running:
    """What works beside the client."""

    courier: Courier
    agenda: Agenda
    painter: Painter
    told: Told


def _built(
    client: StyleSealBot,
    post: Post,
    database: Database,
    settings: BotSettings,
    styles: Styles,
    engine: Presence,
    adapters: AdapterSettings,
) -> Running:
    quota, days = settings.picture_quota * 2**20, settings.picture_days
    pictures = Pictures(database, settings.pictures, quota=quota, days=days)
    desk = Desk(Jobs(database), settings.member_jobs, settings.server_jobs)
    delivery = Delivery(post, desk.jobs, pictures)
    lost: dict[str, Lost] = {}
    courier = Courier(Outbox(database), desk.jobs, delivery, lost)
    handlers: dict[str, Handler] = {}
    store, data = AgendaStore(database), MemberData(database)
    agenda = Agenda(store, handlers)
    collecting = Collecting(desk, delivery, courier, agenda)

    async def expire(_: str) -> None:
        await pictures.expire(time.time())
        await sweep(data, settings.pictures, time.time(), days)
        await client.removal.expire(time.time())
        await agenda.at(time.time() + _DAY, EXPIRE, "")

    async def purge(guild_id: str) -> None:
        await client.departures.due(guild_id)
        client.rules.forget(int(guild_id))

    servers = ServerStore(database)
    client.styles, client.trail = styles, Trail(servers, courier.wake, client.locale_of_server)
    client.rules = Rules(servers, styles, courier.wake, client.locale_of_server)
    room = Quota(styles=settings.server_styles, bytes=settings.server_adapters_mib * 2**20)
    way = Additions(styles, adapters, engine, room)
    client.panels, client.removal = Panels(styles), Removal(styles.library, days)
    client.adding = Adding(
        AdditionStore(database), way, post, courier, client.panels, client.trail, client.rules, client.name_of_server
    )
    client.desk, client.engine, client.blends = desk, engine, Blends(BlendStore(database), styles)
    client.previews = Previews(PreviewStore(settings.previews), styles, desk, engine)
    client.popularity = Popularity(Uses(database))
    client.stats = Stats(StatsStore(database), desk.jobs, styles, ChartProcess())
    client.choices, client.members = Choices(StylesUsed(database)), Members(PreferenceStore(database))
    client.blocks, client.kept, client.pictures = Blocks(database), Kept(database), pictures
    client.courier, client.collecting, client.reports = courier, collecting, Reports(database)
    client.asking = Asking(desk, post, pictures, courier, agenda, client.rules, settings.role_weights)
    client.member_data, client.exporting = data, Exporting(data, pictures, client.removal.of_member)
    client.forgetting = Forgetting(
        *(data, desk, courier, pictures, agenda, client.members, client.choices, client.adding, client.removal),
        client.blends,
    )
    client.departures = Departures(data, agenda, store, client.forgetting, client.servers, client.removal.servers)
    handlers |= {COLLECT: collecting.due, EXPIRE: expire, FORGET: client.forgetting.due, PURGE: purge}
    held = Held(client.rules.of, client.locale_of_server, desk.jobs, pictures, client.reports)
    warnings = Warnings(client.rules, client.locale_of_server)
    lost |= {HELD: held.lost, WARNING: warnings.lost, UNWARNED: warnings.unheard}
    painter = Painter(
        *(desk, delivery, courier, pictures, engine.link, engine.card, styles.read, client.rules.of, held),
        engine.company,
    )
    return Running(courier, agenda, painter, Told(desk, delivery))


async def _logged_in(client: StyleSealBot, token: str, api: str) -> None:
    try:
        await client.login(token)
    except discord.LoginFailure as wrong:
        raise Unauthorized("Discord does not know this token; set STYLESEAL_DISCORD_TOKEN anew.") from wrong
    except (discord.HTTPException, OSError) as wrong:
        raise StyleSealError(f"Discord does not answer at {api}: {wrong}.") from wrong


async def _connected(client: StyleSealBot) -> None:
    """Raises what ends it for good, such as a token that was taken back."""
    try:
        await client.connect()
    except discord.ConnectionClosed as closed:
        if closed.code == _NOT_KNOWN:
            raise Unauthorized(
                "Discord does not know this token any more; set STYLESEAL_DISCORD_TOKEN anew."
            ) from closed
        raise StyleSealError(f"Discord has ended the connection for good, with code {closed.code}.") from closed


async def _reopened(client: StyleSealBot) -> None:
    """Takes up what was not finished when the bot ended."""
    unfinished = await client.desk.jobs.unfinished()
    async with asyncio.TaskGroup() as tasks:
        for job in unfinished:
            if job.state is State.ASKED or job.strength is not None:
                tasks.create_task(_entered(client, job))
            else:  # in their order
                await client.asking.enter(job)


async def _entered(client: StyleSealBot, job: Job) -> None:
    """Of one that may take a while: to be acknowledged, or to fetch what it is painted over."""
    acknowledged = await client.asking.settle(job) if job.state is State.ASKED else job
    if acknowledged is not None:
        await client.asking.enter(acknowledged)


async def _wound_up(client: StyleSealBot) -> None:
    """Nothing new; what is being painted has a moment to finish, and what is finished to arrive."""
    client.desk.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FINISH_SECONDS):
            await client.desk.idle()
    await client.courier.emptied(SEND_SECONDS)
