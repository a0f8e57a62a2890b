"""Goes in: what a file says of itself. Comes out: an XMP packet that claims PDF/UA."""

from __future__ import annotations

from html import escape

from msgspec import Struct

MAKER = "handouts"
"""Author, creator and producer: the program, never a person."""


class Description(Struct, frozen=True, kw_only=True):
    """What a file says of itself; never a name, a flag or anything else of the patient."""

    title: str
    subject: str
    language: str
    """A BCP 47 tag such as en-GB."""


def xmp(about: Description) -> bytes:
    """Write the packet (ISO 16684-1) that names the title and claims PDF/UA-1 (ISO 14289-1, 5)."""
    title, subject, language = (escape(s) for s in (about.title, about.subject, about.language))
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/"'
        ' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
        "<dc:format>application/pdf</dc:format>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:creator><rdf:Seq><rdf:li>{MAKER}</rdf:li></rdf:Seq></dc:creator>"
        '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">'
        f"{subject}</rdf:li></rdf:Alt></dc:description>"
        f"<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>"
        f"<pdf:Producer>{MAKER}</pdf:Producer>"
        "<pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="w"?>\n'
    ).encode()
