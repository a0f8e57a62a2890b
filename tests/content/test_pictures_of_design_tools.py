"""Logos as design programs write them: what draws nothing is passed over, the rest is refused."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from handouts.content.pixel_file import parse_pixels
from handouts.content.profile import Logo
from handouts.content.svg_file import parse_svg
from handouts.errors import ContentError

pytestmark = pytest.mark.sample(4)

DATA = Path(__file__).parents[1] / "data" / "logos"
TAKEN = [
    "aria-label-from-text-to-path",
    "clip-rule",
    "currentcolor",
    "doctype",
    "font-family",
    "inkscape-namedview",
    "negview",
    "opacity10",
    "overflow",
    "par",
    "pct",
    "uselogo",
]
SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
BLUE = '<path d="M4 4h40v40H4z" fill="#005EB8"/>'


def svg(drawing: str, head: str = 'viewBox="0 0 48 48"') -> Logo:
    """Read a drawing."""
    return parse_svg("a.svg", "A", f"<svg {SVG} {head}>{drawing}</svg>".encode())


@pytest.mark.parametrize("name", TAKEN)
def test_a_real_logo_is_taken(name: str) -> None:
    """Files of the kinds that Inkscape, Figma and Illustrator write."""
    assert parse_svg("a.svg", "A", (DATA / f"{name}.svg").read_bytes()).shapes


FIGMA = """<g clip-path="url(#clip0_1_2)"><path fill-rule="evenodd" clip-rule="evenodd"
 d="M4 4h40v40H4z" fill="#005EB8"/></g><defs><clipPath id="clip0_1_2">
 <rect width="48" height="48" fill="white"/></clipPath></defs>"""
ILLUSTRATOR = """<defs><style>.cls-1,.cls-2{fill:#005eb8;stroke-width:0px;}.cls-2{fill-rule:
 evenodd}</style></defs><g id="Layer_1-2" data-name="Layer 1"><path class="cls-1"
 d="M4 4h40v40H4z"/></g>"""
OLD_ILLUSTRATOR = """<style type="text/css">\n\t.st0{clip-path:url(#SVGID_2_);fill:#005EB8;}\n
 </style><g><defs><rect id="SVGID_1_" width="48" height="48"/></defs><clipPath id="SVGID_2_">
 <use xlink:href="#SVGID_1_" style="overflow:visible;"/></clipPath>
 <path class="st0" d="M4 4h40v40H4z"/></g>"""
INKSCAPE = """<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:x>words
 </r:x></r:RDF></metadata><defs><linearGradient id="l"><stop offset="0" style="stop-color:#000"/>
 </linearGradient></defs><g style="display:none"><path d="M0 0h48v48z"/></g>
 <path style="color:#000000;-inkscape-font-specification:Sans;paint-order:normal;
 fill:#005eb8 icc-color(sRGB,0,0.36,0.72);stroke-dasharray:none;mix-blend-mode:normal"
 d="M4 4h40v40H4z"/><text xml:space="preserve"><tspan/></text>"""


@pytest.mark.parametrize(
    "drawing",
    [
        *(FIGMA, ILLUSTRATOR, OLD_ILLUSTRATOR, INKSCAPE),
        *(BLUE.replace("#005EB8", one) for one in ("rgb(0,94,184)", "rgb(0 94 184)", "#005eb8ff",
                                                   "rgba(0,94,184,1)")),
        '<g color="#005EB8"><path d="M4 4h40v40H4z" fill="currentColor"/></g>',
        BLUE.replace("/>", ' fill-opacity="100%" opacity="1.00" stroke="#f00" stroke-width="0"/>'),
        '<path d="M0 0h40v40H0z" style="fill:#005EB8;transform:translate(4px,4px)"/>',
    ],
)  # fmt: skip
def test_it_is_drawn_as_it_looks(drawing: str) -> None:
    """The same blue square, whatever a program makes of it."""
    (shape,) = svg(drawing).shapes
    (plain,) = svg(BLUE).shapes
    assert (shape.path, shape.stroke) == (plain.path, None)
    assert shape.fill == pytest.approx(plain.fill, abs=0.003)


@pytest.mark.parametrize("size", ['width="48" height="48"', 'width="48px" height="48px"'])
def test_a_size_stands_for_a_view_box(size: str) -> None:
    """Some programs write only how large the drawing is."""
    assert (svg(BLUE, size).width, svg(BLUE, size).height) == (48, 48)


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        (BLUE.replace("/>", ' style="transform:rotate(1turn)"/>'), "is not a transform|not valid"),
        (BLUE.replace("/>", ' style="transform-origin:center"/>'), "`transform-origin` must be"),
        (BLUE.replace("/>", ' style="rotate:9deg"/>'), "`rotate` cannot be in a logo"),
        (BLUE.replace("/>", ' style="mix-blend-mode:multiply"/>'), "`mix-blend-mode` must be"),
        (BLUE.replace("/>", ' mask="url(#m)"/>'), "`mask` must be none"),
        (BLUE.replace("/>", ' filter="url(#m)"/>'), "`filter` must be none"),
        (BLUE.replace("/>", ' stroke-dasharray="4 2"/>'), "`stroke-dasharray` must be none"),
        (BLUE.replace("#005EB8", "#005EB880"), "is not a plain colour"),
        (BLUE.replace("#005EB8", "rgba(0,94,184,.5)"), "is not a plain colour"),
        (BLUE.replace("#005EB8", "nonsense"), "is not a plain colour"),
        (f"<style>g path{{fill:red}}</style>{BLUE}", "<style> cannot be"),
        (f"<style>@media print{{path{{fill:red}}}}</style>{BLUE}", "<style> cannot be"),
        (FIGMA.replace('width="48"', 'width="9"'), "`clip-path` cuts a shape"),
        (FIGMA.replace("<rect width", '<circle r="24"/><rect width'), "clip-path"),
        (FIGMA.replace('width="48" ', 'width="48" rx="9" '), "no rectangle"),
        (f'{BLUE}<use href="https://x.example/a.svg#b"/>', "<use> cannot be"),
        (f'{BLUE}<g id="a"><use href="#a"/></g>', "too many elements"),
        (f"{BLUE}<text>Riverside</text>", "text"),
        (f"{BLUE}<switch/>", "<switch> cannot be"),
    ],
)
def test_what_would_look_different_is_refused(drawing: str, message: str) -> None:
    """Nothing is left out unseen."""
    with pytest.raises(ContentError, match=message):
        svg(drawing)


def test_repeats_of_repeats_end() -> None:
    """Ten groups that each use the one before ten times are no logo."""
    groups = "".join(
        f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 10)
    )
    with pytest.raises(ContentError, match="too many"):
        svg(f'<g id="g0">{BLUE}</g>{groups}')


@pytest.mark.parametrize(
    "drawing",
    [
        *(BLUE.replace("#005EB8", white) for white in
          ("#fff", "white", "#FEFEFE", "rgb(255,255,250)")),
        f'<rect width="48" height="48" fill="#fff"/>{BLUE.replace("#005EB8", "white")}',
        f'<g transform="translate(90)">{BLUE}</g>',
        f'<g display="none">{BLUE}</g>',
        f'<g opacity="0">{BLUE}</g>',
        '<path d="M4 4h40" fill="#005EB8"/>',
    ],
)  # fmt: skip
def test_a_logo_that_prints_nothing_is_refused(drawing: str) -> None:
    """White on white, outside the picture, hidden, or a line without a width."""
    with pytest.raises(ContentError, match=r"prints nothing|picture is empty"):
        svg(drawing)


def test_all_faults_are_told_at_once() -> None:
    """Whoever exports a logo again should have to do it once."""
    with pytest.raises(ContentError) as caught:
        svg(f'{BLUE}\n<image/>\n<path d="M0 0h9v9z" filter="url(#a)"/>\n<script/>')
    assert [fault.origin.line for fault in caught.value.faults if fault.origin] == [2, 4]
    with pytest.raises(ContentError) as caught:
        svg('<path d="M0 0h9z" fill="url(#a)"/>\n<path d="M0 0h9z" filter="url(#a)"/>')
    assert [fault.origin.line for fault in caught.value.faults if fault.origin] == [1, 2]


# ------------------------------------------------------------------ pixels
def jpeg(mode: str = "RGB", size: tuple[int, int] = (400, 200), **more: object) -> bytes:
    """Make a photograph of a blue field."""
    colour: dict[str, object] = {"L": 90, "CMYK": (255, 90, 0, 0)}
    file = BytesIO()
    Image.new(mode, size, colour.get(mode, (0, 94, 184))).save(file, "JPEG", **more)  # type: ignore[arg-type] # of the format
    return file.getvalue()


@pytest.mark.parametrize("more", [{}, {"progressive": True}, {"quality": 20}])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpeg_is_taken(mode: str, more: dict[str, object]) -> None:
    """Many services have their logo as nothing else."""
    logo = parse_pixels("logo.jpg", "A", jpeg(mode, **more))  # type: ignore[arg-type] # of the format
    assert (logo.width, logo.height) == (400, 200)
    assert logo.pixels
    assert bool(logo.pixels.colour) == (mode == "RGB")


def test_a_jpeg_is_the_right_way_up() -> None:
    """A telephone writes how it was held beside the pixels."""
    exif = Image.Exif()
    exif[0x0112] = 6
    logo = parse_pixels("logo.jpg", "A", jpeg(size=(300, 400), exif=exif))
    assert (logo.width, logo.height) == (400, 300)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (jpeg("CMYK"), "colours for a press"),
        (jpeg()[:-900], "damaged"),
        (jpeg(size=(40, 20)), "too few"),
        (jpeg(size=(3200, 3000)), "not a size"),
        (b"\xff\xd8\xff" + bytes(999), "damaged"),
        (b"GIF89a" + bytes(999), "not a JPEG"),
    ],
)
def test_a_jpeg_that_prints_badly_is_refused(raw: bytes, message: str) -> None:
    """In words, as a PNG is."""
    with pytest.raises(ContentError, match=message):
        parse_pixels("logo.jpg", "A", raw)
