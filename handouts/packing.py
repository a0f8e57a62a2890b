"""Goes in: a PDF with every object written out. Comes out: the same file with its objects packed.

Structure elements are many, small and alike; object streams and a cross-reference stream
(ISO 32000-1, 7.5.7 and 7.5.8) halve a tagged file. Only the layout of the file changes.
"""

from __future__ import annotations

import re
import zlib
from itertools import pairwise

_OBJECT = re.compile(rb"(\d+) 0 obj\r?\n(.*)endobj", re.DOTALL)
_TRAILER = re.compile(rb"trailer\s*<<(.*)>>\s*startxref\s*(\d+)", re.DOTALL)
_KEYS = re.compile(rb"/(?:Root|Info) \d+ 0 R|/ID\s*\[[^\]]*\]")
_PER_STREAM = 200
"""A reader unpacks a whole stream to reach one object in it."""


def pack(pdf: bytes) -> bytes:
    """Pack a classic PDF without encryption; the same bytes give the same bytes."""
    trailer = _TRAILER.search(pdf)
    if trailer is None:
        message = "this is a bug, please report it: a PDF without a trailer"
        raise ValueError(message)
    objects = _objects(pdf, int(trailer.group(2)))
    loose = {n: body for n, body in objects.items() if body.endswith(b"endstream")}
    packed = sorted(n for n in objects if n not in loose)
    count = max(objects) + 1
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    entries: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    for number, body in sorted(loose.items()):
        _write(out, entries, number, body)
    for first in range(0, len(packed), _PER_STREAM):
        some = packed[first : first + _PER_STREAM]
        for index, number in enumerate(some):
            entries[number] = (2, count, index)
        _write(out, entries, count, _object_stream([(n, objects[n]) for n in some]))
        count += 1
    start = len(out)
    entries[count] = (1, start, 0)
    table = b"".join(
        kind.to_bytes(1) + place.to_bytes(4) + index.to_bytes(2)
        for kind, place, index in (entries.get(n, (0, 0, 65535)) for n in range(count + 1))
    )
    keys = b" ".join(key.group() for key in _KEYS.finditer(trailer.group(1)))
    head = b"/Type /XRef /Size %d /W [1 4 2] %s" % (count + 1, keys)
    out += b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (count, _stream(head, table), start)
    return bytes(out)


def _objects(pdf: bytes, xref: int) -> dict[int, bytes]:
    """Cut the file where its cross-reference table says; give each object's body by number."""
    rows = pdf[xref:].split(b"trailer", 1)[0].split(b"\n")[2:]
    offsets = sorted(int(row[:10]) for row in rows if row[17:18] == b"n")
    objects = {}
    for start, stop in pairwise([*offsets, xref]):
        found = _OBJECT.search(pdf, start, stop)
        if found is not None:
            objects[int(found.group(1))] = found.group(2).strip()
    return objects


def _write(
    out: bytearray, entries: dict[int, tuple[int, int, int]], number: int, body: bytes
) -> None:
    entries[number] = (1, len(out), 0)
    out += b"%d 0 obj\n%s\nendobj\n" % (number, body)


def _object_stream(objects: list[tuple[int, bytes]]) -> bytes:
    places, bodies, at = [], [], 0
    for number, body in objects:
        places.append(b"%d %d" % (number, at))
        bodies.append(body)
        at += len(body) + 1
    head = b" ".join(places) + b"\n"
    keys = b"/Type /ObjStm /N %d /First %d" % (len(objects), len(head))
    return _stream(keys, head + b"\n".join(bodies))


def _stream(keys: bytes, content: bytes) -> bytes:
    small = zlib.compress(content, 9)
    return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        keys,
        len(small),
        small,
    )
