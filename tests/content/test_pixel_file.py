"""A logo in pixels: which PNG files it may be, and that every output shows the same picture."""

import subprocess
import sys
import zlib
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace
from PIL import Image, PngImagePlugin
from pypdf import PdfReader

from handouts.cli.app import main
from handouts.content.pixel_file import parse_pixels
from handouts.content.profile import Profile
from handouts.render.drawings.logo import HIGHEST, WIDEST, logo_size, pixel_png
from handouts.render.html import render_html
from handouts.render.pdf.graphics import MM
from handouts.render.text import render_text
from handouts.selection.request import Request
from tests.conftest import Validate
from tests.support.faults import all_faults
from tests.support.leaflets import ask, publisher, title_of, with_look
from tests.support.readback import outline, read_structure
from tests.support.services import ALT, PIXELS, SIZE, png, river, served, served_pdf

NAME = "Riverside Physiotherapy"
PROFILE = f'name: {NAME}\nlogo:\n  file: logo.png\n  alt: "{ALT}"\n'


def chunk(kind: bytes, content: bytes) -> bytes:
    """Write a chunk of a PNG."""
    check = zlib.crc32(kind + content).to_bytes(4)
    return len(content).to_bytes(4) + kind + content + check


def head(wide: int, high: int, bits: int = 8, kind: int = 2, *, woven: bool = False) -> bytes:
    """Write what a PNG says of itself."""
    size = wide.to_bytes(4) + high.to_bytes(4)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + bytes((bits, kind, 0, 0, woven)))


def woven(picture: Image.Image) -> bytes:
    """Write a grey picture interlaced, in the seven passes of the format."""
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
              (0, 1, 1, 2))  # fmt: skip
    wide, high = picture.size
    raw = picture.tobytes()
    rows = (
        b"\0" + raw[row * wide + left : (row + 1) * wide : right]
        for left, top, right, down in passes
        for row in range(top, high, down)
    )
    data = zlib.compress(b"".join(rows))
    return head(wide, high, kind=0, woven=True) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def on_white(picture: Image.Image) -> Image.Image:
    """Lay a picture on white paper."""
    page = Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture.convert("RGBA"))
    return page.convert("RGB")


SERVICE = Profile(name=NAME, logo=PIXELS)
BARE = replace(SERVICE, logo=None)
CASES = {
    "RGB": ask("lumbar", "acute"),
    "L": ask("lumbar", "acute", mono=True),
    "large": ask("neck", "acute", size="18"),
    "booklet": ask("thoracic", "acute", booklet=True, paper="a5"),
}


@pytest.fixture(autouse=True)
def _apart(warm_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own, away from the caller's settings."""
    monkeypatch.chdir(warm_cache.parent)
    monkeypatch.delenv("HANDOUTS_SERVICE", raising=False)


def run(logo: bytes, *words: str, file: str = "logo.png") -> Result:
    """Make a leaflet with a logo from the command line."""
    Path("service.yaml").write_text(PROFILE.replace("logo.png", file), encoding="utf-8")
    Path(file).write_bytes(logo)
    asked = ["make", "--region", "neck", "--date", "2026-11-22", "-o", "leaflet", "--force", *words]
    return CliRunner().invoke(main, asked)


# ------------------------------------------------------------------ on the page
@pytest.mark.slow
@pytest.mark.sample(3)
@pytest.mark.parametrize("request_", list(CASES.values())[:3], ids=title_of)
def test_a_logo_in_pixels_moves_nothing_and_is_read_by_its_text(request_: Request) -> None:
    """The page has what it had where it was, and one figure more, with the clinic's words."""
    content = served_pdf(request_, SERVICE)
    assert all_faults(content) == ()
    assert outline(content) == outline(served_pdf(request_, BARE))
    assert read_structure(content).find("Figure")[0].alt == ALT


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_page_shows_the_picture_on_white_once(mode: str) -> None:
    """The file holds the pixels as drawn, half-clear ones mixed with paper; in mono as greys."""
    pages = PdfReader(BytesIO(served_pdf(CASES[mode], SERVICE))).pages
    images = [image.image for page in pages for image in page.images]
    assert [image.mode for image in images if image] == [mode]
    assert images[0]
    assert images[0].tobytes() == on_white(river()).convert(mode).tobytes()


@pytest.mark.verapdf
@pytest.mark.slow
def test_verapdf_accepts_every_kind_of_file_with_pixels(verapdf: Validate, tmp_path: Path) -> None:
    """Leaflets, a booklet, and a morning's leaflets in one file keep to PDF/UA-1."""
    paths = [tmp_path / f"{name}.pdf" for name in CASES]
    for path, request in zip(paths, CASES.values(), strict=True):
        path.write_bytes(served_pdf(request, SERVICE))
    Path("service.yaml").write_text(PROFILE, encoding="utf-8")
    Path("logo.png").write_bytes(png())
    Path("rows.csv").write_text(
        "row id,region,status,name\n1,neck,acute,Ana\n2,neck,acute,\n3,lumbar,acute,Bo\n"
        "4,neck,acute,Cy\n"
    )
    merged = CliRunner().invoke(main, ["batch", "rows.csv", "--merge", "all.pdf", "-o", "out"])
    assert merged.exit_code == 0, merged.output
    with pikepdf.open("all.pdf") as pdf:
        shown = [image.objgen for page in pdf.pages for image in page.get_images().values()]
    # With and without a place for a name, and the other region: three bodies, four leaflets.
    assert (len(shown), len(set(shown))) == (4, 3)
    verapdf([*paths, Path("all.pdf")])


@pytest.mark.parametrize("mono", [False, True])
def test_html_holds_the_same_picture_and_text_has_the_name(mono: bool) -> None:  # noqa: FBT001
    """The page needs no other file, lets in no other picture, and says the clinic's words."""
    request = with_look(CASES["RGB"], mono=mono)
    whole = served(request, SERVICE)
    page = render_html(whole, publisher().library.figures)
    assert f'<img alt="{ALT}"' in page
    assert "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:\"" in page
    found = b64decode(page.partition("data:image/png;base64,")[2].partition('"')[0])
    with Image.open(BytesIO(found)) as image:
        mode = "L" if mono else "RGB"
        assert image.mode == mode
        assert image.tobytes() == on_white(river()).convert(mode).tobytes()
    assert NAME in render_text(whole)


# ------------------------------------------------------------------ from the file
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (png(river("RGB")), river("RGB")),
        (png(river("LA")), river("LA")),
        (png(river("L")), river("L")),
        (png(river("L").convert("1")), river("L").convert("1")),
        (png(river("L"), transparency=0), river("L").point(lambda grey: grey or 255)),
        (png(river("RGB").quantize(9)), river("RGB").quantize(9)),
        (png(river().quantize(9)), river().quantize(9)),
        (woven(river("L")), river("L")),
    ],
    ids=["colours", "greys and holes", "greys", "black", "grey holes", "palette",
         "palette and holes", "interlaced"],
)  # fmt: skip
def test_every_kind_of_png_is_read(raw: bytes, expected: Image.Image) -> None:
    """Colours, greys, palettes, holes and interlacing give the picture that a viewer shows."""
    logo = parse_pixels("a.png", "A", raw)
    assert logo.pixels
    with Image.open(BytesIO(pixel_png(logo.pixels, mono=False))) as found:
        assert found.convert("RGB").tobytes() == on_white(expected).tobytes()


def test_a_large_picture_keeps_the_leaflet_small() -> None:
    """No more pixels than 300 to an inch go into a file or the cache, however many there are."""
    logo = parse_pixels("a.png", "A", png(river().resize((2560, 1024))))
    assert logo.pixels
    wide, high = logo_size(logo, WIDEST, HIGHEST)
    assert logo.pixels.wide <= wide / MM / 25.4 * 300 + 1
    assert logo.pixels.high <= high / MM / 25.4 * 300 + 1
    assert len(logo.pixels.colour) + len(logo.pixels.grey) < 30_000


def test_nothing_but_the_pixels_leaves_the_file() -> None:
    """What a program wrote beside the picture is on no page; another file has another code."""
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", "Zebedee Quixote")
    one, two = (parse_pixels("a.png", "A", png(pnginfo=info)) for info in (None, about))
    assert one.digest != two.digest
    assert one.pixels == two.pixels


@pytest.mark.slow
def test_a_logo_read_before_needs_no_library_for_pictures() -> None:
    """The second leaflet takes the pixels from the cache; its bytes are those of the first."""
    assert run(png()).exit_code == 0
    script = (
        "import sys\nfrom handouts.cli.app import main\n"
        "try:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    )
    words = ("make", "--region", "neck", "--date", "2026-11-22", "-o", "again")
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=True
    )
    assert "PIL._imaging" not in done.stderr.split()
    assert Path("again").read_bytes() == Path("leaflet").read_bytes()


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xff\xd8\xff\xe0" + b"J" * 99, "logo.png: not a PNG, whatever its name says"),
        (b"", "logo.png: not a PNG"),
        (png()[:40], "logo.png: the file is cut short"),
        (png()[:-30], "logo.png: the file is cut short"),
        (png()[:20], "logo.png: the file is damaged"),
        (png().replace(b"IDAT", b"IDAX"), "logo.png: the file is damaged"),
        (head(300, 100) + chunk(b"IDAT", b"xx") + chunk(b"IEND", b""), "the file is damaged"),
        (head(300, 100) + chunk(b"IEND", b""), "the file is damaged"),
        (head(300, 100, kind=5) + chunk(b"IEND", b""), "the file is damaged"),
        (head(300, 100) + chunk(b"CgBI", b"xx") + chunk(b"IEND", b""), "read by few programs"),
        (head(60_000, 60_000), "60000 × 60000 pixels are not a size for a logo"),
        (head(0, 9), "0 × 9 pixels are not a size for a logo"),
        (head(900, 100), "900 × 100 pixels are not the proportions of a logo"),
        (head(300, 100, bits=16), "16 bits for each colour"),
        (png(river().resize((100, 40))), "100 × 40 pixels are too few to print well"),
        (png(Image.new("RGBA", SIZE, (255, 255, 255, 99))), "the picture is empty"),
        (png() + b"\0" * 1_000_000, "larger than 1000000 bytes"),
    ],
)  # fmt: skip
def test_what_would_print_badly_is_refused(raw: bytes, message: str) -> None:
    """A file that is no PNG, is broken, too large, too small or blank: file, line, what to do."""
    result = run(raw)
    assert result.exit_code == 3
    assert "service.yaml:3: logo.file: logo.png: " in result.stderr
    assert message in result.stderr
    assert "hint: " in result.stderr
    assert not Path("leaflet").exists()


def test_a_file_is_what_its_name_says() -> None:
    """A PNG called SVG is told apart; capitals in the ending are not, and are looked at again."""
    pages: list[bytes] = []
    assert "not SVG" in run(png(), file="logo.svg").stderr
    for wanted in (drawn := png(), png(river("L")), drawn):
        assert run(wanted, file="LOGO.PNG").exit_code == 0
        pages.append(Path("leaflet").read_bytes())
    assert pages[0] == pages[2] != pages[1]
