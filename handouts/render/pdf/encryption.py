"""Encrypt a PDF with a password, AES-256 (ISO 32000-2, 7.6.4): `Password`.

Title and metadata are encrypted too, because they name an illness. Encrypting twice gives
different bytes, so a digest of the plain PDF is stored inside.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from io import BytesIO

from pypdf import PasswordType, PdfReader, PdfWriter
from pypdf.constants import UserAccessPermissions
from pypdf.errors import PyPdfError

_DIGEST = "/Digest"
_CHANGES = (
    UserAccessPermissions.MODIFY
    | UserAccessPermissions.ADD_OR_MODIFY
    | UserAccessPermissions.FILL_FORM_FIELDS
    | UserAccessPermissions.ASSEMBLE_DOC
)
_ALLOWED = UserAccessPermissions.all() & ~_CHANGES
"""To print, to copy, and to read aloud (ISO 14289-1, 7.16); not to change."""
_UNSIGNED = b"/P %d\n" % _ALLOWED
_SIGNED = (b"/P %d" % (_ALLOWED - 2**32)).ljust(len(_UNSIGNED) - 1) + b"\n"
"""The same 32 bits as pypdf writes them, and as every reader takes them."""


class Password:
    """Encrypts PDFs with one password."""

    def __init__(self, password: str) -> None:
        self._password = password

    def close(self, pdf: bytes) -> bytes:
        """Encrypt; the same PDF gives other bytes each time."""
        writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
        writer.add_metadata({_DIGEST: sha256(pdf).hexdigest()})
        return self._finished(writer)

    def holds(self, found: bytes, pdf: bytes) -> bool:
        """Tell whether a file is this PDF, encrypted with this password."""
        try:
            reader = PdfReader(BytesIO(found))
            if reader.decrypt(self._password) is PasswordType.NOT_DECRYPTED:
                return False
            about = reader.metadata
            return about is not None and about.get(_DIGEST) == sha256(pdf).hexdigest()
        except (PyPdfError, ValueError, KeyError, TypeError):
            return False  # another's file, whatever it is

    def _finished(self, writer: PdfWriter) -> bytes:
        writer.encrypt(
            self._password,
            secrets.token_hex(16),  # nobody knows it: it would lift what is not allowed
            algorithm="AES-256",
            permissions_flag=_ALLOWED,
        )
        out = BytesIO()
        writer.write(out)
        return out.getvalue().replace(_UNSIGNED, _SIGNED, 1)
