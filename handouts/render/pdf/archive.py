"""Hold what makes a file fit for archives, PDF/A-2a (ISO 19005-2): its claim and its colours.

Colours are written as DeviceRGB. The profile of the output intent says which colours these are:
sRGB (IEC 61966-2-1), computed here from the numbers of that standard.
"""

from __future__ import annotations

import struct
from functools import lru_cache

CLAIM = "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"
"""What the metadata of a file says of its kind; not allowed in a file with a password."""
NAMESPACES = (
    ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"'
    ' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"'
)
UA_SCHEMA = (
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    "<pdfaProperty:name>part</pdfaProperty:name>"
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    "<pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>"
    "</rdf:li></rdf:Seq></pdfaSchema:property>"
    "</rdf:li></rdf:Bag></pdfaExtension:schemas>"
)
"""The description of the one property that PDF/A does not know (ISO 19005-2, 6.6.2.3)."""
INTENT = {
    "Type": "/OutputIntent",
    "S": "/GTS_PDFA1",
    "OutputConditionIdentifier": "(sRGB)",
}
"""The entries of the output intent, besides its profile."""
PROFILE_KEYS = {"N": "3", "Filter": "/FlateDecode"}
"""The entries of the profile's stream, besides its length."""

_WHITE = (0.9642, 1.0, 0.8249)
_PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
"""White, red, green and blue, seen in the light D50 that profiles are made for."""
_ADAPTED = (
    1.04788, 0.02292, -0.05022,
    0.02959, 0.99048, -0.01707,
    -0.00923, 0.01508, 0.75168,
)  # fmt: skip
"""From the light D65 of sRGB to D50 (Bradford)."""
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_HEAD = 128
_VERSION = 0x04200000


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Return the ICC profile (ISO 15076-1) of sRGB; the same bytes on every machine."""
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _fixed(_CURVE)
    elements = {
        b"desc": _text("sRGB"),
        b"cprt": _text("No copyright"),
        b"wtpt": b"XYZ " + bytes(4) + _fixed(_WHITE),
        b"chad": b"sf32" + bytes(4) + _fixed(_ADAPTED),
        **{name: b"XYZ " + bytes(4) + _fixed(one) for name, one in _PRIMARIES.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    at = _HEAD + 4 + 12 * len(elements)
    places: dict[bytes, int] = {}
    content = b""
    for one in elements.values():
        if one not in places:
            places[one] = at + len(content)
            content += one + bytes(-len(one) % 4)
    table = struct.pack(">I", len(elements)) + b"".join(
        name + struct.pack(">II", places[one], len(one)) for name, one in elements.items()
    )
    size = _HEAD + len(table) + len(content)
    head = struct.pack(">I4xI4s4s4s", size, _VERSION, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp")
    head = head.ljust(68, b"\0") + _fixed(_WHITE)
    return head.ljust(_HEAD, b"\0") + table + content


def _fixed(numbers: tuple[float, ...]) -> bytes:
    """Return numbers as signed fixed-point numbers, 16 bits before and after the point."""
    return b"".join(struct.pack(">i", round(one * 65536)) for one in numbers)


def _text(words: str) -> bytes:
    """Return a text in one language, English."""
    encoded = words.encode("utf-16-be")
    return b"mluc" + struct.pack(">4xII2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded
