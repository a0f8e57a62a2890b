"""What is measured: the same leaflets as each contender makes them, cold and warm."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from pathlib import Path

from leaflet_html import read_leaflet
from typst_markup import write_typst
from weasyprint_html import css, write_html

HERE = Path(__file__).parent
FONTS = HERE.parent / "fonts"
PYTHON = sys.executable
HANDOUT = str(Path(PYTHON).with_name("handout"))
DAY = "2026-11-22"
NAME = "Nomen Nescio"
"""The patient's name in the prepared leaflets; warm runs put another one in its place."""

REGIONS = ("neck", "thoracic", "lumbar")
STATUSES = ("acute", "chronic")
FLAGS = ("", "gi-ulcer", "kidney-disease", "asthma", "osteoporosis", "diabetes", "pacemaker")


Run = Callable[[Sequence[str]], None]
"""Sets all leaflets once, each for a patient of the given name."""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One leaflet, and what each contender makes it from."""

    region: str
    status: str
    flag: str
    markup: Path
    page: Path
    styles: Path

    @property
    def options(self) -> list[str]:
        """The options of `handout make`."""
        flags = ["--flag", self.flag] if self.flag else []
        return [
            "--region",
            self.region,
            "--status",
            self.status,
            "--date",
            DAY,
            "--name",
            NAME,
            *flags,
        ]


def prepare(folder: Path, count: int) -> list[Variant]:
    """Write the HTML version of each leaflet, and the peers' sources made from it."""
    made: list[Variant] = []
    choices = islice(product(FLAGS, REGIONS, STATUSES), count)
    for number, (flag, region, status) in enumerate(choices):
        stem = folder / f"{number:02}"
        variant = Variant(
            region=region,
            status=status,
            flag=flag,
            markup=stem.with_suffix(".typ"),
            page=stem.with_suffix(".html"),
            styles=stem.with_suffix(".css"),
        )
        source = stem.with_suffix(".source.html")
        command = [HANDOUT, "make", *variant.options, "--format", "html", "-o", str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.stderr)
        leaflet = read_leaflet(source)
        write_typst(leaflet, variant.markup)
        write_html(leaflet, variant.page)
        variant.styles.write_text(css(leaflet, FONTS), encoding="utf-8")
        made.append(variant)
    return made


def cold_commands(variant: Variant, outputs: Sequence[Path]) -> list[list[str]]:
    """Give the commands that make one leaflet in a process of its own: ours, Typst, WeasyPrint."""
    mine, typst, weasyprint = (str(path) for path in outputs)
    typst_once, weasyprint_once = str(HERE / "typst_once.py"), str(HERE / "weasyprint_once.py")
    return [
        [HANDOUT, "make", *variant.options, "-o", mine],
        [PYTHON, typst_once, str(variant.markup), typst, str(FONTS)],
        [PYTHON, weasyprint_once, str(variant.page), weasyprint, str(variant.styles)],
    ]


def warm_handout(variants: Sequence[Variant]) -> Run:
    """Prepare our own warm run: the publisher is opened once."""
    from handouts.pipeline import make_leaflet, open_publisher
    from handouts.selection.options import RequestOptions
    from handouts.selection.request import parse_request

    publisher = open_publisher()

    def run(names: Sequence[str]) -> None:
        for variant, name in zip(variants, names, strict=True):
            options = RequestOptions(
                region=variant.region,
                status=variant.status,
                flags=(variant.flag,) if variant.flag else (),
                day=DAY,
                name=name,
            )
            request = parse_request(publisher.library, options, today=date.fromisoformat(DAY))
            make_leaflet(publisher, request)

    return run


def warm_typst(variants: Sequence[Variant]) -> Run:
    """Prepare Typst's warm run: one compiler, with its fonts and its cache, for all leaflets."""
    import typst

    root = variants[0].markup.parent
    compiler = typst.Compiler(root=str(root), font_paths=[str(FONTS)], ignore_system_fonts=True)
    for variant in variants:
        markup = variant.markup.read_text(encoding="utf-8")
        named = markup.replace(f'"{NAME}"', f'sys.inputs.at("name", default: "{NAME}")')
        variant.markup.write_text(named, encoding="utf-8")

    def run(names: Sequence[str]) -> None:
        for variant, name in zip(variants, names, strict=True):
            compiler.compile(
                input=str(variant.markup),
                format="pdf",
                sys_inputs={"name": name},
                pdf_standards=["ua-1"],
            )

    return run


def warm_weasyprint(variants: Sequence[Variant]) -> Run:
    """Prepare WeasyPrint's warm run: fonts and styles are read once."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    sheets = [weasyprint.CSS(variant.styles, font_config=fonts) for variant in variants]
    pages = [variant.page.read_text(encoding="utf-8") for variant in variants]

    def run(names: Sequence[str]) -> None:
        for page, sheet, name in zip(pages, sheets, names, strict=True):
            weasyprint.HTML(string=page.replace(NAME, name)).write_pdf(
                stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1"
            )

    return run
