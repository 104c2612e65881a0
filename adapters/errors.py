"""What can go wrong between a link to an adapter and its file on this disk.

    StyleSealError
    ├── SourceRefused         what was asked for cannot be taken; other words would help
    ├── SourceFailed          the site or the way to it failed; later may work
    │   └── SourceFaltered    it was cut short, and may work within seconds
    ├── StorageFailed         this machine's disk did not take the file
    └── QuotaReached          there are as many adapters as there may be

A sentence shows at most the host of a URL: a signed URL is as good as a password.
"""

from protocol.errors import StyleSealError


class SourceRefused(StyleSealError):
    code = "source_refused"
    status = 422
    kind = "invalid_request_error"


class SourceFailed(StyleSealError):
    code = "source_failed"
    status = 502


class SourceFaltered(SourceFailed):
    code = "source_faltered"


class StorageFailed(StyleSealError):
    code = "storage_failed"
    status = 507


class QuotaReached(StyleSealError):
    code = "quota_reached"
    status = 409
    kind = "invalid_request_error"
