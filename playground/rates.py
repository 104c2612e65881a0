"""Rate limits: a bucket for each bot, route and major parameter, and one for all of a bot's requests.

Discord publishes no numbers but the global one; these are what its headers are known to say.
"""

import hashlib
import math
from dataclasses import dataclass

from playground.clock import Clock

_MESSAGES = "/channels/{channel_id}/messages"
_REACTIONS = f"{_MESSAGES}/{{message_id}}/reactions"
_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
LIMITS: dict[tuple[str, str], tuple[int, float]] = {
    ("POST", _MESSAGES): (5, 5.0),
    ("PATCH", f"{_MESSAGES}/{{message_id}}"): (5, 5.0),
    ("DELETE", f"{_MESSAGES}/{{message_id}}"): (5, 1.0),
    ("GET", _MESSAGES): (10, 5.0),
    ("PUT", f"{_REACTIONS}/{{emoji_name}}/@me"): (1, 0.25),
    ("DELETE", f"{_REACTIONS}/{{emoji_name}}/@me"): (1, 0.25),
    ("DELETE", f"{_REACTIONS}/{{emoji_name}}/{{user_id}}"): (1, 0.25),
    ("POST", _WEBHOOK): (5, 5.0),
    ("PATCH", f"{_WEBHOOK}/messages/@original"): (5, 5.0),
    ("PATCH", f"{_WEBHOOK}/messages/{{message_id}}"): (5, 5.0),
    ("PATCH", "/channels/{channel_id}"): (5, 15.0),
    ("POST", "/users/@me/channels"): (10, 10.0),
}
"""Requests and the seconds in which they may be made, by method and template."""
GENEROUS = (100, 10.0)
GLOBAL = (50, 1.0)
OWN_RATE = ("/interactions/", "/webhooks/")
"""Routes that do not count towards the global limit begin so."""
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_token")


@dataclass(slots=True)
class Bucket:
    limit: int
    window: float
    used: int = 0
    resets_at: float = 0.0

    def take(self, now: float) -> bool:
        """Whether there was room for one more."""
        if now >= self.resets_at:
            self.used, self.resets_at = 0, now + self.window
        if self.used >= self.limit:
            return False
        self.used += 1
        return True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the limits say of one request."""

    allowed: bool
    headers: dict[str, str]
    retry_after: float
    """Seconds until there is room again."""
    is_global: bool = False


class Rates:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[tuple[object, ...], Bucket] = {}

    def take(self, who: int, method: str, template: str, params: dict[str, int | str]) -> Verdict:
        """`who` is the application, 0 for nobody in particular."""
        now = self._clock.now()
        if not template.startswith(OWN_RATE):
            everything = self._bucket((who,), GLOBAL)
            if not everything.take(now):
                left = math.ceil((everything.resets_at - now) * 1000) / 1000
                return Verdict(False, {"X-RateLimit-Global": "true"}, left, is_global=True)
        major = tuple(params.get(name) for name in MAJOR)
        bucket = self._bucket((who, method, template, *major), LIMITS.get((method, template), GENEROUS))
        fits = bucket.take(now)
        left = math.ceil((bucket.resets_at - now) * 1000) / 1000
        headers = {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.limit - bucket.used),
            "X-RateLimit-Reset": f"{bucket.resets_at:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(f"{method} {template}".encode(), usedforsecurity=False).hexdigest(),
        }
        return Verdict(fits, headers, left)

    def _bucket(self, key: tuple[object, ...], limit: tuple[int, float]) -> Bucket:
        if len(self._buckets) > 10_000:
            now = self._clock.now()
            self._buckets = {key: bucket for key, bucket in self._buckets.items() if bucket.resets_at > now}
        return self._buckets.setdefault(key, Bucket(*limit))
