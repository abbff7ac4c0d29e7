"""Web addresses, found in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from articles.importing.references.reference import Reference
from articles.spans import Span
from articles.vocabulary import SourceKind
from articles.web_addresses import SCHEME, host_of, within_archive

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
_TRAILING = ".,;:!?'’‘\"…*_"
_PAIRS = {")": "(", "]": "[", "}": "{"}
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
        address = words if SCHEME.match(words) else f"https://{words}"
        host = host_of(address)
        if not host or len(words) > _LONGEST:
            continue
        confirm = "" if address == words else "The address stands in the text without “https://”; confirm it."
        fields = {"url": address}
        kind = SourceKind.NEWS_REPORT
        archived = within_archive(address)
        platform = PLATFORM_HOSTS.get(host_of(archived).removeprefix("mobile.").removeprefix("m."), "")
        if platform:
            kind = SourceKind.SOCIAL_POST
            fields["platform"] = platform
            account = _ACCOUNT_IN_PATH.match(urlsplit(archived).path)
            if account is not None and platform not in ("YouTube", "Reddit", "LinkedIn"):
                fields["account"] = f"@{account[1]}"
        elif _GOVERNMENT.search(host_of(archived)):
            kind = SourceKind.GOVERNMENT_STATEMENT
        else:
            confirm = f"{confirm} Say what kind of source stands at this address.".strip()
        yield Reference(kind, match.start(), match.start() + len(words), words, fields, confirm)


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
