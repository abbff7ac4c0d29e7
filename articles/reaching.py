"""The one way out to other machines: https to public addresses, nothing else, and never for long.

Where a CDN is told to forget, the operator may name a machine inside the own network in the settings (`inside`).

A name is looked up once, every address it has must be a public one, and the address that was checked is the one
connected to: a name that changes its mind in between changes nothing. Redirects are not followed, proxies named in
the environment are not used, and an answer is read only so far and so long.

Not `requests-hardened`: it checks only the first address of a name, goes by a proxy of the environment where there
is one, which then looks the name up again, and bounds neither the whole time nor the length of an answer. Python's
own `http.client` asks a connected socket for nothing but `sendall` and `makefile`, and that socket is made here.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

LONGEST_ADDRESS = 2000
PORTS = frozenset({443, 8443})
# Seconds: for a connection with its TLS, and for all of it from the look-up to the last byte.
CONNECTING, ALTOGETHER = 5.0, 10.0
# Bytes of an answer that are read, and of its head with it.
MOST_READ = 64 * 1024
MOST_RECEIVED = 128 * 1024
# How many of a name's addresses are tried.
MOST_ADDRESSES = 3

THIS_MACHINE = "127.0.0.1"

# IANA's registries of special addresses, written out: what Python calls global differs from release to release.
_NOT_PUBLIC = [
    ip_network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        # Public by its number, but on Azure the machine's own host.
        "168.63.129.16/32",
        # Within 2000::/3, which is all that is public of IPv6: Teredo and the like, documentation, 6to4, AS112.
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
]  # fmt: skip
_GLOBAL_UNICAST = ip_network("2000::/3")
# What a resolver for networks without IPv4 makes of an IPv4 address: the last 32 bits are it.
_NAT64 = ip_network("64:ff9b::/96")

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
# A last label by which browsers and C libraries take the whole for a number: 127.1, 0x7f.1, 2130706433.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)


class Unreachable(Exception):
    """There was no answer, or none may be asked for; says why in a sentence."""


class Forbidden(Unreachable):
    """This address is not one to ask."""


@dataclass(frozen=True)
class Address:
    """Where to ask: a name or a literal address, a port, and what to ask for there."""

    host: str
    port: int
    target: str
    is_plain: bool = False
    # In the operator's own network, as the operator said: nothing about it needs to be public.
    is_inside: bool = False

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (80 if self.is_plain else 443) else f"{host}:{self.port}"


@dataclass(frozen=True)
class Answer:
    """What came back: the status, and the first bytes of what was said."""

    status: int
    body: bytes


def read_address(url: str, *, inside: bool = False) -> Address:
    """Return the parts of an address that may be asked. Raises Forbidden; nothing is looked up.

    `inside` is for addresses that the operator wrote into the settings, and nobody else: any machine, with or without
    TLS, on any port.
    """
    if len(url) > LONGEST_ADDRESS:
        raise Forbidden(f"The address is longer than {LONGEST_ADDRESS} characters.")
    if not url.isascii() or not url.isprintable() or any(one in url for one in ' \\<>"^`{|}'):
        raise Forbidden(
            "The address holds a character that no address has: write it in ASCII, names as xn--, the rest as %20."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as trouble:
        raise Forbidden(f"This is no address: {trouble}.") from trouble
    host = (parts.hostname or "").lower()
    here = _is_this_machine(parts)
    if parts.scheme not in (("http", "https") if inside or here else ("https",)):
        raise Forbidden(f"The address must begin with https://{' or http://' if inside else ''}.")
    if "@" in parts.netloc:
        raise Forbidden("An address with a user name or a password in it is not asked.")
    if "#" in url:
        raise Forbidden("The address must not have a part after #.")
    if not host:
        raise Forbidden("The address names no machine.")
    if not here and not inside:
        if port is not None and port not in PORTS:
            raise Forbidden(f"Port {port} is not asked; use {' or '.join(map(str, sorted(PORTS)))}.")
        _require_fit(host)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    plain = parts.scheme == "http"
    return Address(
        host, (80 if plain else 443) if port is None else port, target, is_plain=plain, is_inside=inside
    )


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send `body` and return the answer, whatever its status. Takes 10 seconds at most.

    Raises Forbidden where the address may not be asked, Unreachable where no answer came.
    """
    return send("POST", read_address(url), body, headers)


def send(method: str, address: Address, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Do what `post` does, by another method, at an address that `read_address` read."""
    end = time.monotonic() + ALTOGETHER
    connected = _connect(address, end)
    try:
        return _ask(connected, method, address, body, headers, end)
    finally:
        connected.close()


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Is this an address of the public internet, and of one machine there?"""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GLOBAL_UNICAST:
            return False
    return not any(address in network for network in _NOT_PUBLIC)


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a name, as the system finds them; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def trust() -> ssl.SSLContext:
    """Return whom to believe who they are: the system's authorities, certificate and name both checked."""
    return ssl.create_default_context()


def _is_this_machine(parts: SplitResult) -> bool:
    """May this be asked in the clear, because a developer said so? A system check refuses that in production."""
    return settings.REACH_THIS_MACHINE and parts.scheme == "http" and parts.hostname == THIS_MACHINE


def _require_fit(host: str) -> None:
    """Raise Forbidden unless this is a name with a dot in it, or the plain spelling of a public address."""
    try:
        literal = ip_address(host)
    except ValueError:
        pass
    else:
        if not is_public(literal):
            raise Forbidden(f"{host} is not a public address.")
        return
    labels = host.split(".")
    if len(labels) < 2 or len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise Forbidden(f"“{host}” is not the full name of a machine, such as hooks.example.")
    if _NUMBER.fullmatch(labels[-1]):
        raise Forbidden(f"“{host}” is a number in disguise; write the name of the machine.")


def _addresses(address: Address, end: float) -> list[str]:
    """Look the name up and return its addresses. Raises Forbidden where one of them is not public."""
    if address.is_plain and not address.is_inside:
        return [THIS_MACHINE]
    found: list[str] = []
    trouble: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(look_up(address.host, address.port))
        except (OSError, UnicodeError) as refusal:
            trouble.append(cast(OSError, refusal))

    # The system's look-up takes no time limit, so it is waited for from outside.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(min(CONNECTING, end - time.monotonic()))
    if asking.is_alive():
        raise Unreachable(f"The name {address.host} could not be looked up in {CONNECTING:g} seconds.")
    if trouble or not found:
        said = getattr(trouble[0], "strerror", None) or trouble[0] if trouble else "it has no address"
        raise Unreachable(f"The name {address.host} could not be looked up: {said}.")
    for one in found:
        if not address.is_inside and not is_public(ip_address(one)):
            raise Forbidden(f"{address.host} leads to {one}, which is not a public address.")
    return found[:MOST_ADDRESSES]


def _connect(address: Address, end: float) -> socket.socket:
    last: Exception | None = None
    addresses = _addresses(address, end)
    for one in addresses:
        started = time.monotonic()
        try:
            plain = socket.create_connection((one, address.port), timeout=_left(end, CONNECTING))
        except OSError as trouble:
            last = trouble
            continue
        if address.is_plain:
            return plain
        try:
            plain.settimeout(_left(end, CONNECTING - (time.monotonic() - started)))
            return trust().wrap_socket(plain, server_hostname=address.host)
        except (OSError, TimeoutError) as trouble:
            plain.close()
            last = trouble
    if isinstance(last, ssl.SSLCertVerificationError):
        raise Unreachable(f"The certificate of {address.host} is not good: {last.verify_message}.") from last
    if isinstance(last, TimeoutError):
        raise Unreachable(f"{address.host} did not take the connection in {CONNECTING:g} seconds.") from last
    raise Unreachable(f"{address.host} could not be connected to: {_words(last)}.") from last


def _ask(
    connected: socket.socket,
    method: str,
    address: Address,
    body: bytes,
    headers: Mapping[str, str],
    end: float,
) -> Answer:
    line = http.client.HTTPConnection(address.host, address.port)
    # It only writes to it and reads from it; a connection of its own it would make by name.
    line.sock = cast(Any, _Bounded(connected, end))
    try:
        line.request(
            method, address.target, body,
            {**headers, "Host": address.authority, "Connection": "close"},
        )  # fmt: skip
        response = line.getresponse()
    except TimeoutError as trouble:
        raise Unreachable(f"{address.host} did not answer in {ALTOGETHER:g} seconds.") from trouble
    except (OSError, http.client.HTTPException, ValueError) as trouble:
        raise Unreachable(f"{address.host} gave no answer that can be read: {_words(trouble)}.") from trouble
    return Answer(response.status, _beginning(response))


def _beginning(response: http.client.HTTPResponse) -> bytes:
    """Return the answer as far as it came in time and is read; its status says enough where nothing did."""
    said = bytearray()
    try:
        while len(said) < MOST_READ and (more := response.read1(MOST_READ - len(said))):
            said += more
    except (OSError, http.client.HTTPException, ValueError):
        pass
    return bytes(said)


class _Bounded:
    """A connected socket that ends at a moment, however slowly the other side speaks, and hears only so much."""

    def __init__(self, connected: socket.socket, end: float) -> None:
        self.connected, self.end = connected, end
        self.received = 0

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self.connected.settimeout(_left(self.end))
            rest = rest[self.connected.send(rest) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(cast(Any, _Incoming(self)))

    def receive(self, buffer: Any) -> int:
        self.connected.settimeout(_left(self.end))
        count = self.connected.recv_into(buffer)
        self.received += count
        if self.received > MOST_RECEIVED:
            raise OSError("it is too long")
        return count

    def close(self) -> None:
        """Left to whoever connected: `http.client` closes before the answer is read."""


class _Incoming(io.RawIOBase):
    def __init__(self, line: _Bounded) -> None:
        self.line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self.line.receive(buffer)


def _left(end: float, most: float = ALTOGETHER) -> float:
    """Return the seconds that are left, at most `most`. Raises TimeoutError where none are."""
    left = min(end - time.monotonic(), most)
    if left <= 0:
        raise TimeoutError
    return left


def _words(trouble: BaseException | None) -> str:
    """Return what went wrong in the words of the system, on one line; a receiver may have put its own there."""
    said = getattr(trouble, "strerror", None) or str(trouble) or type(trouble).__name__
    line = " ".join(str(said).split())[:200].rstrip(".")
    # PostgreSQL keeps no NUL.
    return "".join(one if one.isprintable() else "\ufffd" for one in line)
