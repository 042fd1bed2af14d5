"""Which addresses may be spoken to: https, or http on this very machine."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from .errors import Misconfigured
from .texts import tidy

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\Z")


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine: 127.0.0.0/8, ::1 or ``localhost``."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_base_url(url: str) -> str:
    """``url`` as ``scheme://host[:port]``, lower case, without a final slash.

    :raises Misconfigured: anything that is not the plain address of a server
    """
    text = (url or "").strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if "[" in parts.netloc and ":" not in host:
        host = ""  # Python before 3.11 takes any word in brackets for a host
    problem = _problem(text, parts.scheme, host)
    if not problem and "@" in parts.netloc:
        problem = "it must not hold a user name or password"
    if not problem and (parts.query or parts.fragment or "?" in text or "#" in text):
        problem = "it must not hold a query or a fragment"
    if not problem and parts.path not in ("", "/"):
        problem = "it must end after the host, without a path"
    if not problem and parts.scheme == "http" and not is_loopback(host):
        problem = "it must begin with https:// (http only for this machine itself)"
    if problem:
        raise Misconfigured(f"The address of Silverfin cannot be used: {problem}.")
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")


def _problem(text: str, scheme: str, host: str) -> str:
    if not text:
        return "it is empty"
    if any(char <= " " or char == "\\" or char == "\x7f" for char in text):
        return "it holds a blank, a backslash or a control character"
    if scheme not in ("https", "http"):
        return "it must begin with https://"
    if ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            return "it has no valid host"
    elif not _HOST.match(host):
        return "it has no valid host"
    return ""


def shown_host(url: str) -> str:
    """The host of ``url`` for a message, never its path or query."""
    try:
        return tidy(urlsplit(url).hostname or "")
    except ValueError:
        return ""
