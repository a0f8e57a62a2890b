"""Encrypt a PDF with a password, by AES-256 (ISO 32000-2, 7.6.4): `Password`.

A file with a password is no PDF/A and does not say that it is one. Title and metadata are
encrypted too, because they name an illness. Encrypting twice gives different bytes, so a digest
of the plain PDF is stored inside.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from io import BytesIO

from pypdf import PasswordType, PdfReader, PdfWriter
from pypdf.constants import UserAccessPermissions
from pypdf.errors import PyPdfError
from pypdf.generic import StreamObject

from handouts.render.pdf.archive import CLAIM

_DIGEST = "/Digest"
_CHANGES = (
    UserAccessPermissions.MODIFY
    | UserAccessPermissions.ADD_OR_MODIFY
    | UserAccessPermissions.FILL_FORM_FIELDS
    | UserAccessPermissions.ASSEMBLE_DOC
)
_ALLOWED = UserAccessPermissions.all() & ~_CHANGES
"""Printing, copying and reading aloud (ISO 14289-1, 7.16), but no changes."""
_UNSIGNED = b"/P %d\n" % _ALLOWED
_SIGNED = (b"/P %d" % (_ALLOWED - 2**32)).ljust(len(_UNSIGNED) - 1) + b"\n"
"""pypdf writes the permissions unsigned; this is the same 32 bits as a signed number."""


class Password:
    """Encrypts PDFs with one user password; the owner password is random and not kept."""

    def __init__(self, password: str) -> None:
        self._password = password

    def close(self, pdf: bytes) -> bytes:
        """Return the PDF encrypted; the same PDF gives different bytes each time."""
        writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
        root = writer.root_object
        about = root["/Metadata"].get_object() if "/Metadata" in root else None
        if isinstance(about, StreamObject):
            about.set_data(about.get_data().replace(CLAIM.encode(), b""))
        writer.add_metadata({_DIGEST: sha256(pdf).hexdigest()})
        return self._finished(writer)

    def holds(self, found: bytes, pdf: bytes) -> bool:
        """Return whether a file is this PDF encrypted with this password; never raises."""
        try:
            reader = PdfReader(BytesIO(found))
            if reader.decrypt(self._password) is PasswordType.NOT_DECRYPTED:
                return False
            about = reader.metadata
            return about is not None and about.get(_DIGEST) == sha256(pdf).hexdigest()
        except (PyPdfError, ValueError, KeyError, TypeError):
            return False  # not a file that this class wrote

    def _finished(self, writer: PdfWriter) -> bytes:
        writer.encrypt(
            self._password,
            secrets.token_hex(16),  # known to nobody: it would lift the restrictions
            algorithm="AES-256",
            permissions_flag=_ALLOWED,
        )
        out = BytesIO()
        writer.write(out)
        return out.getvalue().replace(_UNSIGNED, _SIGNED, 1)
