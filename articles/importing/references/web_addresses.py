"""Web addresses: found in a text, and brought into one form so that two spellings of one address are equal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from articles.importing.references.reference import Reference
from articles.spans import Span
from articles.vocabulary import SourceKind

# Longer ones are not addresses that a source could hold.
_LONGEST = 2000
#: Ends of hosts that are addresses without a scheme where a path follows.
ENDINGS = ("com", "org", "net", "gov", "edu", "int", "eu", "uk", "de", "fr", "io", "info", "news", "ca", "au")
_IN_ADDRESS = r"[^\s<>\"“”«»{}|\\^`\x00-\x20]"
_ADDRESS = re.compile(
    rf"(?<![\w@./:-])(?:https?://{_IN_ADDRESS}{{3,{_LONGEST}}}"
    rf"|www\.(?:[a-z0-9-]{{1,63}}\.){{1,4}}[a-z]{{2,24}}(?:/{_IN_ADDRESS}{{0,{_LONGEST}}})?"
    rf"|(?:[a-z0-9-]{{1,63}}\.){{1,3}}(?:{'|'.join(ENDINGS)})/{_IN_ADDRESS}{{1,{_LONGEST}}})",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}\.?")
_TRAILING = ".,;:!?'’‘\"…*_"
_PAIRS = {")": "(", "]": "[", "}": "{"}
# What shops and newsletters put behind an address to see who came: it names no other page.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|igsh|mc_[ce]id|_hs(?:enc|mi)|ref_src|ref_url|cmpid|smid|smtyp|"
    r"guccounter|guce_\w+|ocid|ncid|sr_share|taid|__twitter_impression|at_\w+|si|feature"
)
_ARCHIVED = re.compile(
    r"https?://(?:web\.archive\.org/web|archive\.(?:today|ph|is|li|vn|fo|md))/(?:\d{4,14}(?:[a-z]{2}_)?|\*)/+(?=\S)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"https?:/{1,2}", re.IGNORECASE)
#: Hosts of platforms, without "www.", and the platform's name.
PLATFORM_HOSTS: dict[str, str] = {
    "x.com": "X",
    "twitter.com": "X",
    "facebook.com": "Facebook",
    "instagram.com": "Instagram",
    "threads.net": "Threads",
    "threads.com": "Threads",
    "youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "tiktok.com": "TikTok",
    "t.me": "Telegram",
    "reddit.com": "Reddit",
    "bsky.app": "Bluesky",
    "truthsocial.com": "Truth Social",
    "linkedin.com": "LinkedIn",
    "vk.com": "VK",
    "gab.com": "Gab",
    "rumble.com": "Rumble",
    "mastodon.social": "Mastodon",
    "mastodon.online": "Mastodon",
}
_ACCOUNT_IN_PATH = re.compile(
    r"/(?:profile/|channel/|s/)?@?([\w.-]{2,64})(?:@[\w.-]+)?/(?:status|posts?|video|photo|p|\d)"
)
_GOVERNMENT = re.compile(
    r"(?:^|\.)(?:gov|mil|gov\.[a-z]{2}|gouv\.fr|gc\.ca|europa\.eu|bund\.de|gob\.[a-z]{2})$"
)


def find_addresses(text: str, block: Span) -> Iterator[Reference]:
    """Yield the web addresses within a block, without the punctuation that belongs to the sentence."""
    for match in _ADDRESS.finditer(text, block.start, block.end):
        words = _without_trailing(match.group())
        address = words if _SCHEME.match(words) else f"https://{words}"
        host = _host(address)
        if not host or len(words) > _LONGEST:
            continue
        confirm = "" if address == words else "The address stands in the text without “https://”; confirm it."
        fields = {"url": address}
        kind = SourceKind.NEWS_REPORT
        archived = _within_archive(address)
        platform = PLATFORM_HOSTS.get(_host(archived).removeprefix("mobile.").removeprefix("m."), "")
        if platform:
            kind = SourceKind.SOCIAL_POST
            fields["platform"] = platform
            account = _ACCOUNT_IN_PATH.match(urlsplit(archived).path)
            if account is not None and platform not in ("YouTube", "Reddit", "LinkedIn"):
                fields["account"] = f"@{account[1]}"
        elif _GOVERNMENT.search(_host(archived)):
            kind = SourceKind.GOVERNMENT_STATEMENT
        else:
            confirm = f"{confirm} Say what kind of source stands at this address.".strip()
        yield Reference(kind, match.start(), match.start() + len(words), words, fields, confirm)


def same_address(address: str) -> str:
    """Return a form of a web address that all its spellings share, "" for what is no web address.

    An archived address counts as the one it is a copy of. Scheme, "www.", port, fragment, parameters that only
    track, and a slash at the end are left out.
    """
    address = _within_archive(address.strip())
    host = _host(address)
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


def _without_trailing(address: str) -> str:
    """Return an address without what the sentence put behind it: stops, quotation marks, a closing bracket."""
    end = len(address)
    surplus = {close: address.count(close) - address.count(opening) for close, opening in _PAIRS.items()}
    while end:
        last = address[end - 1]
        if last in _TRAILING:
            end -= 1
        elif surplus.get(last, 0) > 0:
            surplus[last] -= 1
            end -= 1
        else:
            break
    return address[:end]


def _host(address: str) -> str:
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


def _within_archive(address: str) -> str:
    """Return the address an archived copy was made of, or the address itself."""
    # A copy of a copy is rare and real; more layers than this are somebody's joke.
    for _ in range(3):
        archive = _ARCHIVED.match(address)
        if archive is None:
            return address
        inner = address[archive.end() :]
        scheme = _SCHEME.match(inner)
        # Some tools write the inner address with one slash.
        address = f"https://{inner[scheme.end() :] if scheme else inner}"
    return address
