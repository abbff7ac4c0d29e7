"""Web addresses, brought into one form so that two spellings of one address are equal. No Django in here."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit

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
# Where quick pages for telephones are kept, and by what they are known: "/amp" at either end of a path, "?amp=1".
_AMP_CACHE = re.compile(
    r"https?://(?:[\w.-]{1,253}\.cdn\.ampproject\.org/[acv]/(?:s/)?|www\.google\.[a-z.]{2,6}/amp/(?:s/)?)(?=[\w.-]+\.)",
    re.IGNORECASE,
)
_AMP_PATH = re.compile(r"^/amp(?=/|$)|/amp(?:\.html)?$")
_AMP_ASKED = re.compile(r"amp(?:=1|=true|=)?|outputType=amp")
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


def spellings(address: str) -> tuple[str, ...]:
    """Return the addresses at which the page of an address may be on record besides: as it is, and with and without
    what marks the quick pages for telephones (AMP), on their own hosts, in their paths or behind them.

    A key holds of each spelling of one of them; see `address_key`.
    """
    plain = same_address(_without_cache(within_archive(address.strip())))
    if not plain:
        return ()
    host, _, rest = plain.partition("/")
    path, _, query = rest.partition("?")
    asked = [one for one in query.split("&") if one and not _AMP_ASKED.fullmatch(one)]
    if host == "x.com":
        # What stands behind the number of a post there says only how it was passed on.
        asked = []
    host = host.removeprefix("amp.")
    path = _AMP_PATH.sub("", f"/{path}" if path else "").strip("/")
    told = "&".join(asked)
    found = [
        _put(host, path, told),
        _put(f"amp.{host}", path, told),
        _put(host, f"{path}/amp" if path else "amp", told),
        _put(host, f"amp/{path}" if path else "amp", told),
        *(_put(host, path, "&".join(sorted([*asked, one]))) for one in ("amp", "amp=1", "outputType=amp")),
    ]
    return tuple(dict.fromkeys([address.strip(), *(f"https://{one}" for one in found)]))


def _put(host: str, path: str, query: str) -> str:
    # Brought back into the form of an address: what was unquoted would else be read as another part of it.
    return f"{host}{'/' if path else ''}{quote(path)}{'?' if query else ''}{quote(query, safe='=&')}"


def _without_cache(address: str) -> str:
    """Return the address of which a cache of quick pages holds a copy, or the address itself."""
    found = _AMP_CACHE.match(address)
    return f"https://{address[found.end() :]}" if found else address


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
