"""Compare what the pages of a PDF paint with its structure, and what the file says of itself."""

import re
from collections.abc import Iterator, Sequence

import pikepdf

from tests.support.pdf_content import PageContent
from tests.support.readback import Source, kids, opened, read_contents

ObjectId = tuple[int, int]


def marked_content_faults(source: Source) -> tuple[str, ...]:
    """Check that all that is painted is accounted for, and that the file says what it is."""
    with opened(source) as pdf:
        return (
            *_content_faults(pdf, read_contents(source)),
            *_annotation_faults(pdf),
            *_document_faults(pdf),
        )


def _content_faults(pdf: pikepdf.Pdf, contents: Sequence[PageContent]) -> Iterator[str]:
    """Compare the marked content of all pages with the structure and with the parent tree."""
    owners = _owners(pdf)
    parents = _parents(pdf)
    for page, content in zip(pdf.pages, contents, strict=True):
        yield from content.faults
        where = f"page {content.number}"
        owned = {mcid: ids for (at, mcid), ids in owners.items() if at == page.obj.objgen}
        for mcid in sorted(owned.keys() ^ content.runs.keys()):
            missing = "the page" if mcid in owned else "the structure"
            yield f"{where}: marked-content id {mcid} is missing in {missing}"
        for mcid, ids in owned.items():
            if len(ids) > 1:
                yield f"{where}: marked-content id {mcid} belongs to {len(ids)} elements"
        listed = parents.get(int(page.obj.get("/StructParents", -1)), pikepdf.Array())
        known = _listed_ids(listed)
        if {mcid: ids[0] for mcid, ids in owned.items()} != known:
            yield f"{where}: the parent tree does not match the structure"
        if page.obj.get("/Tabs") != "/S":
            yield f"{where}: Tab does not follow the structure"


def _listed_ids(listed: pikepdf.Object) -> dict[int, ObjectId]:
    """Read one page's entry of the parent tree."""
    entries = list(listed) if isinstance(listed, pikepdf.Array) else []
    return {
        mcid: entry.objgen
        for mcid, entry in enumerate(entries)
        if isinstance(entry, pikepdf.Dictionary)
    }


def _owners(pdf: pikepdf.Pdf) -> dict[tuple[ObjectId, int], list[ObjectId]]:
    """Give, for a page and a marked-content id, the elements that claim it."""
    owners: dict[tuple[ObjectId, int], list[ObjectId]] = {}
    for element, page in _elements(pdf.Root.StructTreeRoot, None):
        for kid in kids(element):
            if isinstance(kid, int):
                key = (_id(page), kid)
            elif kid.get("/Type") == "/MCR":
                key = (_id(kid.get("/Pg", page)), int(kid.MCID))
            else:
                continue
            owners.setdefault(key, []).append(element.objgen)
    return owners


def _id(page: pikepdf.Object | None) -> ObjectId:
    return (0, 0) if page is None else page.objgen


def _elements(
    element: pikepdf.Object, page: pikepdf.Object | None
) -> Iterator[tuple[pikepdf.Object, pikepdf.Object | None]]:
    """Visit all structure elements with the page that they are on."""
    for kid in kids(element):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            here = kid.get("/Pg", page)
            yield kid, here
            yield from _elements(kid, here)


def _parents(pdf: pikepdf.Pdf) -> dict[int, pikepdf.Object]:
    """Read the parent tree."""
    tree = pdf.Root.StructTreeRoot.get("/ParentTree")
    return {} if tree is None else dict(pikepdf.NumberTree(tree).items())


def _annotation_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Check that every link area stands in the structure, and is found from there and back."""
    parents = _parents(pdf)
    for number, page in enumerate(pdf.pages, start=1):
        for annotation in page.obj.get("/Annots", pikepdf.Array()):
            if annotation.get("/Subtype") != "/Link":
                yield f"page {number}: an annotation is no link"
                continue
            parent = parents.get(int(annotation.get("/StructParent", -1)))
            areas = [] if parent is None else [kid for kid in kids(parent) if _is_object(kid)]
            if annotation.objgen not in {area.Obj.objgen for area in areas}:
                yield f"page {number}: a link area is missing in the structure"


def _is_object(kid: pikepdf.Object | int) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"


def _document_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Check what the file says about itself."""
    root = pdf.Root
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", str(root.get("/Lang", ""))):
        yield "the file does not name its language"
    if not root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False):
        yield "the file does not say that it is tagged"
    if not root.get("/ViewerPreferences", pikepdf.Dictionary()).get("/DisplayDocTitle", False):
        yield "the window does not show the title"
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        if metadata.get("pdfuaid:part") != "1":
            yield "the metadata does not declare PDF/UA-1"
        if not str(metadata.get("dc:title", "")).strip():
            yield "the metadata has no title"
