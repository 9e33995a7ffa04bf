"""Files of a server and of whoever calls it in, what each says of the other out; no socket."""

import contextlib
import ssl
from pathlib import Path


def greeted(folder: Path, server: str, client: str, host: str) -> str:
    """What comes of a handshake under mutual TLS: `well`, or why it fails."""
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=folder / "ca.crt")
    served.verify_mode = ssl.CERT_REQUIRED
    served.load_cert_chain(folder / f"{server}.crt", folder / f"{server}.key")
    asking = ssl.create_default_context(cafile=folder / "ca.crt")
    asking.load_cert_chain(folder / f"{client}.crt", folder / f"{client}.key")
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        asking.wrap_bio(back, there, server_hostname=host),
        served.wrap_bio(there, back, server_side=True),
    )
    try:
        for _ in range(4):
            for end in ends:
                with contextlib.suppress(ssl.SSLWantReadError):
                    end.do_handshake()
    except ssl.SSLError as error:
        return (
            error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else str(error)
        )
    return "well"
