"""Spreadsheets as other people's programs write them: with merging, hiding and striking out."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

HEAD = ("row id", "region", "status", "flags", "name", "screened")
ANA = ("1", "neck", "acute", "", "Ana Silva", "yes")
BEA = ("2", "neck", "acute", "gi-ulcer", "Bea Stone", "yes")
CEM = ("3", "lumbar", "acute", "", "Cem Kaya", "yes")
_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_START = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    + " ".join(f'xmlns:{one}="{_NAMES}{one}:1.0"' for one in ("office", "table", "text", "style"))
    + f' xmlns:draw="{_NAMES}drawing:1.0" xmlns:fo="{_NAMES}xsl-fo-compatible:1.0"'
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' xmlns:of="of" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<office:automatic-styles>"
    '<style:style style:name="shown" style:family="table">'
    '<style:table-properties table:display="true"/></style:style>'
    '<style:style style:name="hidden" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
    '<style:style style:name="base" style:family="table-cell">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="struck" style:family="table-cell" '
    'style:parent-style-name="base"/>'
    '<style:style style:name="line" style:family="text">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="white" style:family="table-cell">'
    '<style:text-properties fo:color="#fefefe"/></style:style>'
    '<style:style style:name="white-run" style:family="text">'
    '<style:text-properties fo:color="#ffffff"/></style:style>'
    '<style:style style:name="red" style:family="table-cell">'
    '<style:table-cell-properties fo:background-color="#c00000"/>'
    '<style:text-properties fo:color="#c00000"/></style:style>'
    '<style:style style:name="white-on-red" style:family="table-cell" '
    'style:parent-style-name="red"><style:text-properties fo:color="#ffffff"/></style:style>'
    '<style:style style:name="tiny" style:family="table-cell">'
    '<style:text-properties fo:font-size="1pt"/></style:style>'
    '<style:style style:name="thin" style:family="table-row">'
    '<style:table-row-properties style:row-height="0.02cm"/></style:style>'
    '<style:style style:name="narrow" style:family="table-column">'
    '<style:table-column-properties style:column-width="0.1mm"/></style:style>'
    '<style:style style:name="ruled" style:family="table-cell">'
    '<style:map style:condition="cell-content()=1" style:apply-style-name="white"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
_END = "</office:spreadsheet></office:body></office:document-content>"
_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_KIND}"/>'
    "{more}</manifest:manifest>"
)


REPEATED = "table:number-rows-repeated"
STRING = 'office:value-type="string"'


def ods_cell(text: str, attributes: str = "") -> str:
    """Write a cell of words."""
    if not text:
        return f"<table:table-cell {attributes}/>"
    return (
        f"<table:table-cell {STRING} {attributes}>"
        f"<text:p>{escape(text)}</text:p></table:table-cell>"
    )


def ods_row(cells: Sequence[str], attributes: str = "", looks: str = "") -> str:
    """Write a row; a cell that starts with `<` is written as it is."""
    written = (one if one.startswith("<") else ods_cell(one, looks) for one in cells)
    return f"<table:table-row {attributes}>{''.join(written)}</table:table-row>"


def ods_table(
    rows: Sequence[str], name: str = "today", style: str = "shown", columns: str = ""
) -> str:
    """Write a sheet, with the empty rows that LibreOffice puts after its last one."""
    rest = f'<table:table-row {REPEATED}="1048000"><table:table-cell/></table:table-row>'
    return (
        f'<table:table table:name="{name}" table:style-name="{style}">{columns}'
        f"{''.join(rows)}{rest}</table:table>"
    )


def ods_content(*tables: str, manifest: str = "", doctype: str = "") -> bytes:
    """Make an ODS file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", _KIND)
        start = _START.replace("?>", f"?>{doctype}", 1)
        packed.writestr("content.xml", start + "".join(tables) + _END)
        packed.writestr("META-INF/manifest.xml", _MANIFEST.replace("{more}", manifest))
    return content.getvalue()


def write_ods(path: str, *tables: str, manifest: str = "") -> str:
    """Write an ODS file."""
    Path(path).write_bytes(ods_content(*tables, manifest=manifest))
    return path


def repacked(path: str, part: str, old: str, new: str) -> str:
    """Change a part of an XLSX file, as a program that writes it differently would."""
    content = Path(path).read_bytes()
    with zipfile.ZipFile(path) as before:
        parts = {one: before.read(one) for one in before.namelist()}
    assert old.encode() in parts[part], content[:4]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name, raw in parts.items():
            after.writestr(name, raw)
    return path
