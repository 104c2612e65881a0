"""A style's preview card: the picture without the adapter, and the same one with it, side by side."""

from io import BytesIO

from PIL import Image

HEIGHT = 512
GAP = 8
_GROUND = (255, 255, 255)


def card(plain: bytes, painted: bytes) -> bytes:
    """One PNG of two, both enlarged or reduced to one height."""
    pictures = [_tall(picture) for picture in (plain, painted)]
    sheet = Image.new("RGB", (sum(picture.width for picture in pictures) + GAP, HEIGHT), _GROUND)
    sheet.paste(pictures[0], (0, 0))
    sheet.paste(pictures[1], (pictures[0].width + GAP, 0))
    out = BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def _tall(png: bytes) -> Image.Image:
    with Image.open(BytesIO(png), formats=("PNG",)) as picture:
        width = max(1, round(picture.width * HEIGHT / picture.height))
        return picture.convert("RGB").resize((width, HEIGHT), Image.Resampling.LANCZOS)
