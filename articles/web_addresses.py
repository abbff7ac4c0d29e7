"""Web addresses, brought into one form so that two spellings of one address are equal. No Django in here."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from articles.canonical import sha256

_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}\.?")
# What shops and newsletters put behind an address to see who came: it names no other page.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|igsh|mc_[ce]id|_hs(?:enc|mi)|ref_src|ref_url|cmpid|smid|smtyp|"
    r"guccounter|guce_\w+|ocid|ncid|sr_share|taid|__twitter_impression|at_\w+|si|feature"
)
_ARCHIVED = re.compile(
    r"https?://(?:web\.archive\.org/web|archive\.(?:today|ph|is|li|vn|fo|md))/(?:\d{4,14}(?:[a-z]{2}_)?|\*)/+(?=\S)",
    re.IGNORECASE,
)
SCHEME = re.compile(r"https?:/{1,2}", re.IGNORECASE)


def same_address(address: str) -> str:
    """Return a form of a web address that all its spellings share, "" for what is no web address.

    An archived address counts as the one it is a copy of. Scheme, "www.", port, fragment, parameters that only
    track, and a slash at the end are left out.
    """
    address = within_archive(address.strip())
    host = host_of(address)
    if not host:
        return ""
    parts = urlsplit(address)
    host = host.removeprefix("mobile.").removeprefix("m.")
    if host == "twitter.com":
        host = "x.com"
    path = re.sub(r"/{2,}", "/", unquote(parts.path)).rstrip("/")
    query = sorted(
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])
    )
    asked = "&".join(f"{name}={value}" for name, value in query)
    return host + path + (f"?{asked}" if asked else "")


def address_key(address: str) -> str:
    """Return by what a page is looked up, however its address is spelt: 64 hex digits, "" for what is no web address.

    A hash, since an index of PostgreSQL takes 2,700 bytes, and since no words that are to go can stand in it. Columns
    keep it: whoever changes `same_address` writes them anew in a migration.
    """
    plain = same_address(address)
    return sha256(plain) if plain else ""


def host_of(address: str) -> str:
    """Return the host of an http address in lower case without "www.", "" where it has none or names a user."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        userinfo = "@" in parts.netloc
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme.casefold() not in ("http", "https") or userinfo or not _HOST.fullmatch(host):
        return ""
    return host.rstrip(".").removeprefix("www.")


def within_archive(address: str) -> str:
    """Return the address an archived copy was made of, or the address itself."""
    # A copy of a copy is rare and real; more layers than this are somebody's joke.
    for _ in range(3):
        archive = _ARCHIVED.match(address)
        if archive is None:
            return address
        inner = address[archive.end() :]
        scheme = SCHEME.match(inner)
        # Some tools write the inner address with one slash.
        address = f"https://{inner[scheme.end() :] if scheme else inner}"
    return address
