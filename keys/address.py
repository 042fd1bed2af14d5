"""Whether Silverfin, on the internet, can reach the address of this database."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\Z")
# reserved for local use by RFC 2606, 6761, 6762 and 8375
_LOCAL_ENDINGS = (
    ".local",
    ".localhost",
    ".localdomain",
    ".internal",
    ".lan",
    ".home.arpa",
    ".test",
    ".example",
    ".invalid",
)


def problems(url: str | None) -> list[str]:
    """What speaks against ``url``, judged by its text alone: nothing is asked.

    :return: of ``unset``, ``invalid``, ``plain`` (http), ``local`` (a name that only
        this machine or network knows) and ``private`` (an IP address of that kind)
    """
    text = (url or "").strip()
    if not text:
        return ["unset"]
    try:
        parts = urlsplit(text)
        host, _port = (parts.hostname or "").removesuffix("."), parts.port
    except ValueError:
        return ["invalid"]
    number = _ip(host)
    if (
        parts.scheme not in ("http", "https")
        or "@" in parts.netloc
        or any(char <= " " for char in text)
        or not (number or _HOST.match(host))
    ):
        return ["invalid"]
    found = ["plain"] if parts.scheme == "http" else []
    if number:
        found += [] if number.is_global else ["private"]
    elif "." not in host or host.endswith(_LOCAL_ENDINGS):
        found.append("local")
    return found


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
