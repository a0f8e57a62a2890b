"""A service for tests: its profile, its logo as shapes and as pixels, and its leaflets."""

from functools import cache
from io import BytesIO

from msgspec.structs import replace
from PIL import Image, ImageDraw

from handouts.content.pixel_file import parse_pixels
from handouts.content.profile import Profile
from handouts.content.svg_file import parse_svg
from handouts.leaflet.tree import Leaflet
from handouts.pipeline import prepare, typeset
from handouts.selection.request import Request
from tests.support.leaflets import ask, publisher

ALT = "Riverside: a river under the sun"
OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 64">'
RIVER = f"""\
<?xml version="1.0" encoding="UTF-8"?>
{OPEN}
  <title>Riverside</title>
  <rect x="1" y="1" width="62" height="62" rx="14" fill="#5B2A86"/>
  <g fill="none" stroke="#FFF" stroke-width="5" stroke-linecap="round">
    <path d="M12 40 q 8 -12 16 0 t 16 0 t 8 -4"/>
    <path d="M12 51 q 8 -12 16 0 t 16 0 t 8 -4" style="stroke:#F2B632"/>
  </g>
  <circle cx="32" cy="18" r="8" fill="#F2B632"/>
  <g transform="translate(78 14) rotate(2)" fill="#5B2A86">
    <path fill-rule="evenodd" d="M0 0h14a11 11 0 0 1 3 21.6L27 36H18.5L9.5 22.5H7V36H0Z"/>
    <polygon points="34,0 41,0 41,36 34,36"/>
    <path d="M48 0H55.5C56 3 62 20 63 26S70 3 70.5 0H78L67 36H59Z"/>
  </g>
</svg>
"""
SIZE = (320, 128)


def river(mode: str = "RGBA") -> Image.Image:
    """Draw the river in pixels, with holes where the mode has them."""
    picture = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((2, 2, 124, 124), 28, fill="#5B2A86")
    pen.ellipse((46, 18, 78, 50), fill="#F2B632")
    pen.line((14, 84, 50, 70, 78, 92, 112, 78), fill=(255, 255, 255, 128), width=10)
    pen.rectangle((150, 30, 166, 100), fill="#5B2A86")
    return picture.convert(mode)


def png(picture: Image.Image | None = None, **options: object) -> bytes:
    """Write a picture as PNG; the river unless another is given."""
    out = BytesIO()
    (picture or river()).save(out, "PNG", **options)
    return out.getvalue()


PROFILE = f"""\
name: Riverside Physiotherapy
department: Musculoskeletal clinic, St Anselm Hospital
phone: "020 7946 0000 ext 12"
hours:
  - Monday to Friday, 8.30 to 17.00
  - Saturday, 9.00 to 12.00
feedback: leaflets@riverside.example
page: https://riverside.example/backs/{{region}}/{{status}}
accent: "#5B2A86"
logo:
  file: logo.png
  alt: "{ALT}"
"""
RIVERSIDE = Profile(
    name="Riverside Physiotherapy",
    department="Musculoskeletal clinic, St Anselm Hospital",
    phone="020 7946 0000 ext 12",
    hours=("Monday to Friday, 8.30 to 17.00", "Saturday, 9.00 to 12.00"),
    feedback="leaflets@riverside.example",
    page="https://riverside.example/backs/{region}/{status}",
    accent="#5B2A86",
    place="us",
    paper="a4",
)
SHAPES, PIXELS = parse_svg("logo.svg", ALT, RIVER.encode()), parse_pixels("logo.png", ALT, png())
WHOLE = replace(RIVERSIDE, logo=PIXELS)
"""All that a profile can say."""
SHAPED = replace(RIVERSIDE, logo=SHAPES)
NOTE = "Come back on <b>Friday</b> & bring {{ 7*7 }} **letters**.\nAsk for Maria."
NOTED = ask(
    "neck", "chronic", exercises=("chin-tuck", "neck-turn"), doses=("neck-turn=5x2x3s",), note=NOTE
)
"""Exercises, a dose and a note by hand, with letters that are marks elsewhere."""
BY_HAND = ask(
    "neck", "chronic", "gi-ulcer",
    exercises=("chin-tuck", "neck-turn"), doses=("neck-turn=5x2x3s",),
    note="Walk to the shop and back on Monday. Ask for Maria.", name="Ana Maria da Silva",
)  # fmt: skip
"""All that a clinician can add."""


@cache
def served(request: Request, profile: Profile = RIVERSIDE) -> Leaflet:
    """Compose and check the leaflet of a service."""
    return prepare(replace(publisher(), profile=profile), request)


@cache
def served_pdf(request: Request, profile: Profile = RIVERSIDE) -> bytes:
    """Set the leaflet of a service."""
    return typeset(publisher(), served(request, profile)).content
