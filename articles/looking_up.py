"""How one web address may stand on record, so that a page is found by any spelling of its address. No Django in here.

Which spellings are one address is said once, in `same_address`: scheme, `www.` and `m.`, a default port, the
fragment, a slash at the end, the order of the parameters and those that only track do not count, and an archived copy
counts as the page it was made of.
"""

from __future__ import annotations

from itertools import product
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from articles.importing.references.web_addresses import same_address

SCHEMES = ("https://", "http://")
PREFIXES = ("", "www.", "m.")
# What need not be escaped in a path, and mostly is not.
_PLAIN = "/:@!$&'()*+,;=~"
# Hosts that one site has had.
_RENAMED = {"x.com": "twitter.com"}
# Of these `same_address` leaves a parameter out where it only tracks.
_NOWHERE = "nowhere.example"


def spellings(url: str) -> list[str]:
    """Return the addresses under which the page at `url` may stand on record, each once; [] for no web address.

    A record can hold one that is not among them: with a fragment, say, or with a parameter that tracks another reader.
    """
    key = same_address(url)
    if not key:
        return []
    host, path = _split(key)
    hosts = [host, _RENAMED[host]] if host in _RENAMED else [host]
    paths = dict.fromkeys([path, quote(path, safe=_PLAIN)])
    ends = [one + slash for one in paths for slash in ("", "/")]
    made = product(SCHEMES, PREFIXES, hosts, ends, _queries(url))
    return list(dict.fromkeys([url.strip(), *("".join(one) for one in made)]))


def _split(key: str) -> tuple[str, str]:
    """Return the host and the path of what `same_address` returned."""
    before, _, _ = key.partition("?")
    host, slash, path = before.partition("/")
    return host, slash + path


def _queries(url: str) -> list[str]:
    """Return how what is asked of the page may be written: as it was given, and in order of the names."""
    given = [one for one in urlsplit(url.strip()).query.split("&") if one and not _tracks(one)]
    if not given:
        return [""]
    pairs = sorted(parse_qsl("&".join(given), keep_blank_values=True))
    plain = "&".join(f"{name}={value}" for name, value in pairs)
    return list(
        dict.fromkeys(
            f"?{one}" for one in ("&".join(given), plain, urlencode(pairs), unquote("&".join(given)))
        )
    )


def _tracks(parameter: str) -> bool:
    return same_address(f"https://{_NOWHERE}/?{parameter}") == _NOWHERE
