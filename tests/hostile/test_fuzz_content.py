"""Whatever stands in a file of content or of a service, it ends in leaflets or in named faults."""

import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handouts.content.folder import FILES
from handouts.content.load import content_folder
from handouts.content.pixel_file import parse_pixels
from handouts.content.profile import Preset
from handouts.content.svg_file import parse_svg
from handouts.errors import ContentError, HandoutsError
from handouts.governance.approval import SIGNOFF, WITHDRAWN, Approval, Refusal, Withdrawal
from handouts.governance.load import parse_profile
from handouts.governance.presets import with_preset
from handouts.governance.record_files import (
    SignedVersion,
    SignoffRecord,
    read_record,
    read_withdrawals,
    write_record,
    write_withdrawals,
)
from handouts.governance.units import signed_units
from handouts.pipeline import make_leaflet, open_publisher
from handouts.render.drawings.logo import logo_operators
from tests.governance.test_profile import WHOLE
from tests.support.hostile import SPLICES, Mutation, ending, mutated, mutations, tries
from tests.support.leaflets import BRANCHES, ask, publisher
from tests.support.services import RIVER, png

CONTENT = content_folder()
BLOCKS = tuple(f"blocks/{path.name}" for path in sorted((CONTENT / "blocks").glob("*.yaml")))
DAY = date(2026, 11, 22)
SERVICE = f"""{WHOLE}presets:
  stiff-neck:
    region: neck
    flags: [gi-ulcer, asthma]
    doses: [neck-turn=5x3]
approvals: 2
logo:
  file: logo.svg
  alt: "A river under the sun"
"""
RECORDS = WITHDRAWN, SIGNOFF, "invariants.yaml", "names.yaml"


@cache
def signoff() -> bytes:
    """Write a sign-off of some units."""
    found = list(signed_units(publisher().library).values())[::40]
    approval = Approval(by="Dr A. Jones", role="GP", registration="1", on=DAY, until=DAY)
    no = Refusal(by="B. Silva", role="GP", on=DAY, why="too long")
    return write_record(
        [
            SignoffRecord(
                unit=one.unit,
                versions={
                    one.digest: SignedVersion(
                        digest=one.digest, lines=one.lines, approvals=(approval,), refusals=(no,)
                    )
                },
            )
            for one in found
        ]
    )


@cache
def withdrawn() -> bytes:
    """Write withdrawals of two units."""
    found = list(signed_units(publisher().library).values())[:2]
    return write_withdrawals(
        [
            Withdrawal(unit=one.unit, digest=one.digest, why="wrong", by="AJ", on=DAY)
            for one in found
        ]
    )


def named(act: Callable[[], object]) -> object:
    """Do what ends, and at worst in faults of which each has a place."""
    with ending():
        try:
            return act()
        except ContentError as found:
            faults = found.faults
    assert faults
    assert all(fault.origin for fault in faults), faults
    return None


# ------------------------------------------------------------------ files on their own
@tries(150)
@example([(0, 0, b"? " * 100_000)])
@example([(0, 0, b"approvals: 0x10\n")])
@example([(0, 0, b"approvals: !!int x\n")])
@example([(0, 0, b"a: &a [*a]\n")])
@given(mutations)
def test_a_damaged_profile_is_named(changes: Sequence[Mutation]) -> None:
    """`service.yaml` is read, or each of its faults has a line."""
    raw = mutated(SERVICE.encode(), changes)
    path = Path("service.yaml")
    named(lambda: parse_profile(publisher().library, path, raw, lambda _name: RIVER.encode()))


@tries(60)
@given(mutations)
def test_a_damaged_signoff_is_named(changes: Sequence[Mutation]) -> None:
    """A record of approvals that was damaged is refused, or says what it said."""
    found = named(lambda: read_record(SIGNOFF, mutated(signoff(), changes)))
    if isinstance(found, dict):
        assert named(lambda: read_record(SIGNOFF, write_record(found.values()))) == found


@tries(60)
@given(mutations)
def test_a_damaged_withdrawal_is_named(changes: Sequence[Mutation]) -> None:
    """A record of withdrawals that was damaged is refused, or says what it said."""
    found = named(lambda: read_withdrawals(WITHDRAWN, mutated(withdrawn(), changes)))
    if isinstance(found, list):
        again = named(lambda: read_withdrawals(WITHDRAWN, write_withdrawals(found)))
        assert isinstance(again, list)
        assert sorted(again, key=repr) == sorted(found, key=repr)


SVG = (
    b"M0 0", b"M" + b"1 " * 50_000, b"a1 1 0 1 1 9e9 9", b"A0 0 0 0 0 0 0", b"c", b"z" * 9999,
    b"1e999", b"NaN", b"-" * 9999, b"M.5.5.5.5", b"<!DOCTYPE svg [<!ENTITY x 'y'>]>", b"&x;",
    b"<image href='http://127.0.0.1:9/x'/>", b"<script>alert(1)</script>",
    b"<style>@import url(//x)</style>", b"url(http://127.0.0.1:9/x)", b"<g>" * 30, b"</g>",
    b"<use href='#a'/>", b"<?php ?>", b"javascript:x", b" onload='x'", b"rotate(1e308)",
    b"matrix(0 0 0 0 0 0)", b"scale(0)", b"scale(1e300) " * 9, b"#FFFFFFF", b"<text>x</text>",
    b"transform='skewX(90)' ", b"stroke-width='1e9' ", b"points='1' ",
)  # fmt: skip
svg_changes = st.lists(
    st.tuples(
        st.integers(0, 10_000), st.sampled_from((0, 1, 4, 30)), st.sampled_from(SVG + SPLICES)
    ),
    min_size=1,
    max_size=3,
)


@tries(120)
@example([(9000, 0, b"M0 0" + b"L1 1" * 40_000)])
@given(svg_changes)
def test_a_damaged_logo_is_named(changes: Sequence[Mutation]) -> None:
    """A logo is plain shapes within its box, or is refused with a line; nothing of it is run."""
    raw = mutated(RIVER.encode(), changes)
    logo = named(lambda: parse_svg("logo.svg", "A river", raw))
    if logo is not None:
        drawn = logo_operators(parse_svg("logo.svg", "A river", raw), 20, mono=False)
        assert set(drawn) <= set("0123456789.- +mlchefSBWnwJjMgGrRqcm*k"), drawn


@tries(40)
@given(st.integers(0, 4), mutations)
def test_a_damaged_picture_is_named(chunk: int, changes: Sequence[Mutation]) -> None:
    """A logo in pixels whose parts are damaged, with sums that fit, is pixels or is refused."""
    raw = png()
    parts = list(chunks(raw))
    kind, body = parts[chunk % len(parts)]
    parts[chunk % len(parts)] = kind, mutated(body, changes)
    with ending(), suppress(ContentError):
        parse_pixels("logo.png", "A river", raw[:8] + b"".join(sealed(*one) for one in parts))


def chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Take a PNG apart into its chunks."""
    at = 8
    while at < len(raw):
        length = int.from_bytes(raw[at : at + 4])
        yield raw[at + 4 : at + 8], raw[at + 8 : at + 8 + length]
        at += 12 + length


def sealed(kind: bytes, body: bytes) -> bytes:
    """Write a chunk with its length and its sum."""
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


@tries(60)
@given(mutations)
def test_a_preset_is_put_in_or_the_file_is_refused(changes: Sequence[Mutation]) -> None:
    """Saving a preset into a damaged profile that can still be read changes only that preset."""
    raw = mutated(SERVICE.encode(), changes)
    library, path = publisher().library, Path("service.yaml")

    def read(content: bytes) -> object:
        return named(lambda: parse_profile(library, path, content, lambda _name: RIVER.encode()))

    if read(raw) is None:
        return
    named(lambda: with_preset(raw.decode(), "usual", Preset(region="neck"), "service.yaml"))


# ------------------------------------------------------------------ all the content
def copied(folder: str, file: str, raw: bytes) -> Path:
    """Copy the content with one file as it is given."""
    content = Path(folder) / "content"
    shutil.copytree(CONTENT, content)
    (content / file).write_bytes(raw)
    return content


@pytest.mark.slow
@tries(16)
@example("figures.yaml", [(3000, 0, b": .inf\n")], 0)
@example("advice.csv", [(5000, 0, b"a\rb")], 0)
@example("advice.csv", [(5000, 0, b'"' + b"x" * 200_000)], 0)
@given(
    st.sampled_from((*FILES, *BLOCKS, "invariants.yaml", "names.yaml")),
    mutations,
    st.integers(0, len(BRANCHES) - 1),
)
def test_damaged_content_is_named_or_prints(
    file: str, changes: Sequence[Mutation], branch: int
) -> None:
    """A folder with one damaged file gives leaflets, or faults; never anything between."""
    with TemporaryDirectory() as folder, ending(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDOUTS_CACHE", "")
        raw = mutated((CONTENT / file).read_bytes(), changes)
        with suppress(HandoutsError):
            found = open_publisher(copied(folder, file, raw))
            asked = ask(*BRANCHES[branch], "gi-ulcer")
            assert make_leaflet(found, asked).content.startswith(b"%PDF")


@pytest.mark.parametrize("file", ["flags.yaml", "advice.csv", BLOCKS[0], *RECORDS, "service.yaml"])
@pytest.mark.parametrize("kind", ["a pipe", "a device without end", "a loop of links"])
def test_what_is_no_file_is_not_read(file: str, kind: str) -> None:
    """A pipe in place of a file of content is not waited for, and a device is not read."""
    with TemporaryDirectory() as folder, ending():
        content = copied(folder, file, b"")
        place = content / file
        place.unlink()
        match kind:
            case "a pipe":
                os.mkfifo(place)
            case "a device without end":
                place.symlink_to("/dev/zero")
            case _:
                place.symlink_to(place)
        with pytest.raises(HandoutsError):
            open_publisher(content)
