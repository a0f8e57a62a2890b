"""Rewrite a PDF with object streams and a cross-reference stream: `pack`.

This halves the size of a tagged file (ISO 32000-1, 7.5.7 and 7.5.8). `unpack` reads what
`pack` wrote.
"""

from __future__ import annotations

import re
import zlib
from itertools import pairwise

from deflate import zlib_compress

_QUICK, _CLOSE = 9, 10
"""Compression levels of libdeflate, of 0 to 12. The closer one takes five times as long."""


def deflate(content: bytes) -> bytes:
    """Return content compressed in zlib format (RFC 1950), for drawings and text."""
    return bytes(zlib_compress(content, _QUICK))


def deflate_closely(content: bytes) -> bytes:
    """Return content compressed more slowly: worthwhile for many small, similar objects."""
    return bytes(zlib_compress(content, _CLOSE))


_OBJECT = re.compile(rb"(\d+) 0 obj\r?\n(.*)endobj", re.DOTALL)
_TRAILER = re.compile(rb"trailer\s*<<(.*)>>\s*startxref\s*(\d+)", re.DOTALL)
_KEYS = re.compile(rb"/(?:Root|Info) \d+ 0 R|/ID\s*\[[^\]]*\]")
_CONTENTS = re.compile(rb"/Contents (\d+ 0 R)")
_FIRST = re.compile(rb"/First (\d+)")
_LENGTH = re.compile(rb"/Length (\d+)")
_ENTRY = 7
"""Bytes per entry of the cross-reference stream: /W [1 4 2]."""


def pack(pdf: bytes, extra: tuple[int, bytes] | None = None) -> tuple[bytes, int]:
    """Rewrite a PDF that has a cross-reference table and no encryption; deterministic.

    `extra` is (object number of a page, content): a further content stream of that page, which is
    not compressed. The second result is the offset of that content in the file. Raises ValueError
    for a file without a trailer.
    """
    trailer = _TRAILER.search(pdf)
    if trailer is None:
        message = "this is a bug, please report it: a PDF without a trailer"
        raise ValueError(message)
    objects = _objects(pdf, int(trailer.group(2)))
    count = max(objects) + 1
    if extra:
        page, content = extra
        both = b"/Contents [\\1 %d 0 R]" % count
        objects[page] = _CONTENTS.sub(both, objects[page], count=1)
        objects[count] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
        count += 1
    streams = {n: body for n, body in objects.items() if body.endswith(b"endstream")}
    packed = sorted(n for n in objects if n not in streams)
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    entries: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    for number, body in sorted(streams.items()):
        _write(out, entries, number, _closed(body))
    offset = len(out) - len(b"\nendstream\nendobj\n") - (len(extra[1]) if extra else 0)
    entries |= {number: (2, count, index) for index, number in enumerate(packed)}
    _write(out, entries, count, _object_stream([(n, objects[n]) for n in packed]))
    count += 1
    start = len(out)
    entries[count] = (1, start, 0)
    table = b"".join(
        kind.to_bytes(1) + where.to_bytes(4) + index.to_bytes(2)
        for kind, where, index in (entries.get(n, (0, 0, 65535)) for n in range(count + 1))
    )
    keys = b" ".join(key.group() for key in _KEYS.finditer(trailer.group(1)))
    predicted = b"/DecodeParms << /Predictor 12 /Columns %d >>" % _ENTRY
    head = b"/Type /XRef /Size %d /W [1 4 2] %s %s" % (count + 1, predicted, keys)
    compressed = _stream(head, _differences(table))
    out += b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (count, compressed, start)
    return bytes(out), offset


def _closed(stream: bytes) -> bytes:
    """Return a stream with a line end after its content, which ReportLab leaves out.

    PDF/A asks for it (ISO 19005-2, 6.1.7.1); it does not count as content.
    """
    head, _, rest = stream.partition(b"stream\n")
    length = int(_LENGTH.findall(head)[-1])
    return b"%sstream\n%s\nendstream" % (head, rest[:length])


def _differences(table: bytes) -> bytes:
    """Return each row as its difference from the row above (PNG filter Up); compresses better."""
    up = bytes((a - b) & 255 for a, b in zip(table, bytes(_ENTRY) + table, strict=False))
    return b"".join(b"\2" + up[i : i + _ENTRY] for i in range(0, len(up), _ENTRY))


def unpacked_stream(body: bytes) -> bytes:
    """Return the content of a stream as `unpack` gives it."""
    return _decompressed(body)


def unpack(pdf: bytes) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """Return the bodies of the streams, and of all other objects, by number.

    Reads only what `pack` wrote.
    """
    start = int(pdf[pdf.rindex(b"startxref") + 9 : pdf.rindex(b"%%EOF")])
    differences = _decompressed(pdf[start:])
    rows = [bytes(_ENTRY)]
    for position in range(0, len(differences), _ENTRY + 1):
        step = differences[position + 1 : position + 1 + _ENTRY]
        rows.append(bytes((a + b) & 255 for a, b in zip(rows[-1], step, strict=True)))
    offsets = {
        int.from_bytes(row[1:5]): number for number, row in enumerate(rows[1:]) if row[0] == 1
    }
    streams: dict[int, bytes] = {}
    others: dict[int, bytes] = {}
    for offset, end in pairwise(sorted(offsets)):
        head, _, body = pdf[offset:end].partition(b" obj\n")
        body = body[: body.rindex(b"endobj")].strip()
        if b"/Type /ObjStm" not in body[:99]:
            streams[int(head.split()[0])] = body
            continue
        texts = _decompressed(body)
        first = int(_FIRST.search(body)[1])  # type: ignore[index] # as `pack` wrote it
        index = [int(one) for one in texts[:first].split()]
        ends = [*index[3::2], len(texts) - first]
        for number, position, to in zip(index[::2], index[1::2], ends, strict=True):
            others[number] = texts[first + position : first + to].strip()
    return streams, others


def _decompressed(stream: bytes) -> bytes:
    return zlib.decompressobj().decompress(stream[stream.index(b"stream\n") + 7 :])


def _objects(pdf: bytes, xref: int) -> dict[int, bytes]:
    """Return the body of each object by number, split where the cross-reference table says."""
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
    offsets, bodies, position = [], [], 0
    for number, body in objects:
        offsets.append(b"%d %d" % (number, position))
        bodies.append(body)
        position += len(body) + 1
    head = b" ".join(offsets) + b"\n"
    keys = b"/Type /ObjStm /N %d /First %d" % (len(objects), len(head))
    return _stream(keys, head + b"\n".join(bodies))


def _stream(keys: bytes, content: bytes) -> bytes:
    compressed = deflate_closely(content)
    return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        keys,
        len(compressed),
        compressed,
    )
