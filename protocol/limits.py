"""The bounds of a request, in one place. Both ends are inside unless a name says otherwise."""

SAMPLERS: tuple[str, ...] = (
    *("euler", "euler_a", "ddim", "dpmpp_2m", "dpmpp_2m_karras", "unipc", "lcm"),
    *("euler_trailing", "ddim_trailing", "lcm_trailing"),
)

PROMPT_CHARACTERS = 6_000
TRIGGER_CHARACTERS = 200
BASE_CHARACTERS = 200
KEY_CHARACTERS = 200

SIZE_PIXELS = (64, 2_048)
SIZE_MULTIPLE = 8
STEPS = (1, 150)
GUIDANCE_SCALE = (0.0, 30.0)
SEED = (0, 2**63 - 1)
COUNT = (1, 16)
IMAGE_BYTES = 20 * 2**20
IMAGE_PIXELS = 50_000_000
"""Of an init image as it is sent, whatever few bytes they are packed into."""

ADAPTERS = 8
WEIGHT = (-4.0, 4.0)

STRENGTH = (0.0, 1.0)
"""Zero itself is outside: it would change nothing."""
DEFAULT_STRENGTH = 0.8

PARTIAL_IMAGES = (0, 20)
PRIORITY = (-10, 10)

DRAWN_SEED_BITS = 32
"""Seeds drawn for a member stay short enough to be typed again, and inside what other programs' seeds hold."""
