"""From an interaction to a job in line: kept first, then acknowledged, then marked so.

The answer to an acknowledgement may be lost, and the bot may be killed between any two steps: then the same
acknowledgement is made again, and what Discord says to that tells how it ended. One that came too late withdraws the
job, since its member was told that it failed and will ask again.
"""

import asyncio
import itertools
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from bot import gate, jobs
from bot.agenda import Agenda
from bot.answers import Interaction, Refused
from bot.collecting import COLLECT
from bot.desk import Desk
from bot.init_image import fetched
from bot.insisting import insisted
from bot.jobs import Job, Place, State, new_id
from bot.outbox import Courier
from bot.post import Post, Sent
from bot.refusals import Away, DiscordRefused, Late, NotAllowed, TokenDead
from bot.result import failure, queued
from bot.servers.rules import Rules, quota_of, roles_of, weight_of
from bot.store.agenda import Item
from bot.store.database import StoreFailed
from bot.store.pictures import INIT, DiskFailed, PictureMissing, Pictures
from bot.texts import text
from bot.wanted import Wanted
from protocol.errors import StyleSealError
from protocol.limits import DRAWN_SEED_BITS

if TYPE_CHECKING:
    from bot.client import StyleSealBot

log = logging.getLogger(__name__)
_IMAGES_AT_ONCE = 2
"""To paint over, that are fetched and decoded: each may take hundreds of MiB."""
DAY_SECONDS = 24 * 3600.0
_AGAIN_SECONDS = (0.1, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Asking:
    def __init__(
        self,
        desk: Desk,
        post: Post,
        pictures: Pictures,
        courier: Courier,
        agenda: Agenda,
        rules: Rules,
        weights: Mapping[int, float],
    ) -> None:
        """`weights` is how much a member with a role weighs in their server, by the role's id, where the server says
        nothing else."""
        self._desk = desk
        self._post = post
        self._pictures = pictures
        self._courier = courier
        self._agenda = agenda
        self._rules = rules
        self._weights = weights
        self._asked: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()
        """For each member of a server who asks: what they may have is counted by one at a time."""
        self._decoding = asyncio.Semaphore(_IMAGES_AT_ONCE)

    async def ask(self, interaction: Interaction, wanted: Wanted) -> None:
        """Raises `NoRoom`, `Refused`, `InvalidRequest`, `StoreFailed`, `DiskFailed`."""
        bot: StyleSealBot = interaction.client
        await gate.check(bot, interaction)
        gate.check_place(interaction)
        await self._rules.check(interaction, wanted)
        job = await self._job(bot, interaction, wanted)
        with self._desk.room_for(job.user_id, job.server):
            if wanted.init_from is not None:
                job = await self._over(job, wanted.init_from, interaction)
            await self._add(job, roles_of(interaction))
            acknowledged = await self.settle(job)
            if acknowledged is not None:
                await self.enter(acknowledged)
        if acknowledged is not None and job.style:
            await bot.choices.used(job.user_id, job.style, await bot.picks(interaction))

    async def _add(self, job: Job, roles: frozenset[int]) -> None:
        """Keeps it. Raises `Refused` where the member has had what their server lets them have."""
        guild_id = job.place.guild_id
        quota = quota_of(await self._rules.of(guild_id), roles)
        if guild_id is None or quota is None:
            await self._desk.jobs.add(job)
            return
        async with self._asked.setdefault((guild_id, job.user_id), asyncio.Lock()):
            had, first = await self._desk.jobs.amount_since(guild_id, job.user_id, job.created_at - DAY_SECONDS)
            if had + job.amount > quota:
                key = "quota_had" if had else "quota_small"
                raise Refused(key, had=had, count=quota, again=round((first or job.created_at) + DAY_SECONDS))
            await self._desk.jobs.add(job)

    async def settle(self, job: Job) -> Job | None:
        """Acknowledges it, or finds out whether it was before. None where it came too late, and is withdrawn."""
        for number in itertools.count():
            try:
                return await self._acknowledged(job, await self._answered(job))
            except Late:
                break
            except (Away, StoreFailed) as wrong:
                wait = max(getattr(wrong, "after", 0.0), _AGAIN_SECONDS[min(number, len(_AGAIN_SECONDS) - 1)])
                log.info("job %s could not be acknowledged yet: %s", job.id, wrong.sentence)
                await asyncio.sleep(wait)
            except DiscordRefused as refused:
                log.warning("job %s cannot be acknowledged: %s", job.id, refused.sentence)
                break
        log.warning("job %s was acknowledged too late, and is withdrawn", job.id)
        await insisted(lambda: self._desk.jobs.move(job.id, to=State.CANCELLED))
        return None

    async def enter(self, job: Job) -> None:
        """Puts one that is acknowledged in line, with what it is to be painted over."""
        if job.strength is not None and not await self._pictures.has(job.id, INIT):
            try:
                async with self._decoding:
                    await self._pictures.keep(job.id, INIT, await fetched(job.init_url))
            except DiskFailed as full:
                log.error("job %s has failed: %s", job.id, full.sentence)
                await self._fail(job, text(job.place.locale, "cannot_write"))
                return
            except StyleSealError as wrong:
                await self._fail(job, wrong.sentence)
                return
        self._desk.add(job)

    async def _answered(self, job: Job) -> Sent:
        """Where the acknowledgement of a job is. Raises `Late`, `Away`."""
        place = job.place
        try:
            form = queued(job, self._desk.foreseen(job))
            sent = await self._post.acknowledge(place.interaction_id, place.token, form, private=place.private)
            return sent if sent is not None else await self._post.original(place.token)
        except (Late, TokenDead):
            if time.time() < place.token_until or not place.lasts:
                raise
        # Its token is dead, so that nobody can say whether it was acknowledged, but for the message itself.
        try:
            found = await self._post.find(place.channel_id, job.id)
        except NotAllowed as hidden:
            raise Late(hidden.sentence) from hidden
        if found is None:
            raise Late("There is no message of that job.")
        return Sent(found, place.private)

    async def _acknowledged(self, job: Job, sent: Sent) -> Job:
        place = replace(job.place, message_id=sent.message_id, private=job.place.private or sent.private)
        agenda = () if place.lasts else (Item(COLLECT, job.id, place.token_until),)
        acknowledged = await self._desk.jobs.acknowledged(replace(job, place=place), *agenda)
        if agenda:
            self._agenda.wake()
        return acknowledged

    async def _over(self, job: Job, source: tuple[str, int], interaction: Interaction) -> Job:
        """With the init image kept, or where it can be fetched: from the message that was clicked on."""
        try:
            await self._pictures.keep(job.id, INIT, await self._pictures.read(*source))
        except PictureMissing:
            shown = [] if interaction.message is None else interaction.message.attachments
            name = f"{source[0]}-{source[1]}."
            url = next((one.url for one in shown if name in one.filename), "")
            if not url:
                raise
            return replace(job, init_url=url)
        return job

    async def _fail(self, job: Job, why: str) -> None:
        told = failure(job, why)
        await insisted(lambda: self._desk.jobs.move(job.id, to=State.FAILED, why=why, letter=told))
        self._courier.wake()

    async def _job(self, bot: "StyleSealBot", interaction: Interaction, wanted: Wanted) -> Job:
        assert interaction.channel_id is not None, "an interaction comes from a channel"
        likes = await bot.members.of(interaction.user.id)
        request = wanted.request
        if request.seed is None:
            request = replace(request, seed=secrets.randbits(DRAWN_SEED_BITS))
        settings = await self._rules.of(interaction.guild_id)
        return Job(
            id=new_id(),
            user_id=interaction.user.id,
            request=request,
            style=wanted.style,
            place=await _place(bot, interaction, wanted),
            created_at=time.time(),
            aspect=wanted.aspect,
            strength=wanted.strength,
            init_url=wanted.init_url,
            spoiler=wanted.spoiler,
            preview=likes.preview is not False,
            weight=weight_of(settings, roles_of(interaction), self._weights),
            note=wanted.note,
            parent=wanted.parent,
            state=State.ASKED,
            variants=wanted.variants,
        )


async def _place(bot: "StyleSealBot", interaction: Interaction, wanted: Wanted) -> Place:
    """Where the answer to this goes."""
    assert interaction.channel_id is not None, "an interaction comes from a channel"
    return Place(
        channel_id=interaction.channel_id,
        guild_id=interaction.guild_id,
        interaction_id=interaction.id,
        token=interaction.token,
        token_until=time.time() + jobs.TOKEN_SECONDS,
        by_bot=interaction.is_guild_integration() or interaction.context.dm_channel,
        private=wanted.private,
        nsfw=wanted.nsfw or gate.is_restricted(interaction),
        upload_bytes=interaction.filesize_limit,
        locale=await bot.language_there(interaction, private=wanted.private),
    )
