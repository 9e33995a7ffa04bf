"""The body of what is answered about the audit."""

import msgspec

from center.audit import Record
from pipelines.flow import AuditHead


class AuditPage(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of the centre's audit, the newest first.

    next  cursor of the next page; nothing on the last
    head  number and hash of the last line there is, for `tocsin audit verify --head`
    """

    lines: tuple[Record, ...]
    next: int | None
    head: AuditHead
