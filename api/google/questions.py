"""What may be asked at this door, as the discovery document of `factchecktools.v1alpha1` describes it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core import signing
from django.http.request import split_domain_port

from api.google.answers import InvalidArgument
from api.google.selection import Tree, Unselectable, selected
from api.parameters import Unreadable, read_language, shown
from articles.canonical import canonical

# Every method has these. They are accepted; of those that are not read here, none changes an answer.
SYSTEM = frozenset(
    {
        "$.xgafv", "access_token", "alt", "callback", "fields", "key", "oauth_token", "prettyPrint", "quotaUser",
        "uploadType", "upload_protocol",
    }
)  # fmt: skip
SEARCH = frozenset(
    {"query", "languageCode", "reviewPublisherSiteFilter", "maxAgeDays", "pageSize", "pageToken", "offset"}
)
USUAL, MOST = 10, 100
INT32 = re.compile(r"[+-]?[0-9]{1,10}")
LARGEST = 2**31 - 1
SALT = "api.google.page"
# As long as a cursor of ours.
LONGEST_LIFE = 30 * 24 * 3600


@dataclass(frozen=True)
class Mark:
    """Where a page ended: the keys of its last rows, the last one first. In a list by words also the place below it,
    for when all of these are gone, and whether some of the words sufficed."""

    keys: tuple[int, ...]
    place: int = 0
    some: bool = False


@dataclass(frozen=True)
class Question:
    """One search. Empty texts and a `max_age_days` of 0 narrow nothing down; `after` or `offset` begins the page.

    `language` is a language tag without its region, such as en or sr-latn; `asked_language` is as it was asked.
    `site` is a host in small letters, without `www.`.
    """

    query: str = ""
    language: str = ""
    asked_language: str = ""
    site: str = ""
    max_age_days: int = 0
    size: int = USUAL
    offset: int = 0
    after: Mark | None = None
    fields: Tree | None = None
    pretty: bool = True

    @property
    def binding(self) -> str:
        """What a page token holds for. The size of a page may change from one to the next."""
        asked = [self.query, self.asked_language, self.site, self.max_age_days]
        return hashlib.sha256(canonical(asked).encode()).hexdigest()[:16]

    def token(self, mark: Mark) -> str:
        """Return the page token for what follows this mark."""
        kept = [self.binding, mark.keys, mark.place, mark.some]
        return signing.dumps(kept, salt=SALT, compress=True)


def read(given: Iterable[tuple[str, list[str]]]) -> Question:
    """Return the question that (name, values) pairs ask. Raises InvalidArgument with everything that is wrong."""
    texts: dict[str, str] = {}
    wrong: list[tuple[str, str]] = []
    for name, values in given:
        if name not in SYSTEM | SEARCH:
            wrong.append((name[:100], _unknown(name)))
        elif len(values) > 1:
            wrong.append((name, f"{name} is given {len(values)} times; give it once."))
        elif "\x00" in values[0]:
            wrong.append((name, f"{name} holds NUL, which no text here has. Remove it."))
        else:
            texts[name] = values[0]
    facts: dict[str, Any] = {"query": texts.get("query", "").strip(), "site": _site(texts)}
    for read_some in (_numbers, _language, _form):
        read_some(texts, facts, wrong)
    if not facts["query"] and not facts["site"]:
        wrong.append(("query", "query is required unless reviewPublisherSiteFilter is given."))
    if wrong:
        raise InvalidArgument(wrong)
    question = Question(**facts)
    if texts.get("pageToken"):
        # The document: offset is only considered where no page token is given.
        return Question(**{**facts, "offset": 0, "after": _mark(texts["pageToken"], question)})
    return question


def host_of(address: str) -> str:
    """Return the host of an address or of a host with a port, as `site` has it."""
    host = urlsplit(address).netloc if "://" in address else address.partition("/")[0]
    return split_domain_port(host.strip())[0].removeprefix("www.")


def _unknown(name: str) -> str:
    # Google's own sentence, as far as one can make sense of it.
    return f"Unknown name {shown(name)}: Cannot bind query parameter. There are: {', '.join(sorted(SEARCH))}."


def _site(texts: Mapping[str, str]) -> str:
    given = texts.get("reviewPublisherSiteFilter", "").strip()
    try:
        # What names no host names none of ours either.
        return (host_of(given) or given.lower()) if given else ""
    except ValueError:
        return given.lower()


def _numbers(texts: Mapping[str, str], facts: dict[str, Any], wrong: list[tuple[str, str]]) -> None:
    """Read the three numbers. A zero is as good as none: so the protocol behind Google's JSON has it."""
    for name, fact, otherwise in (
        ("maxAgeDays", "max_age_days", 0),
        ("pageSize", "size", USUAL),
        ("offset", "offset", 0),
    ):
        text = texts.get(name, "").strip()
        value = int(text) if INT32.fullmatch(text) else -1
        if text and not 0 <= value <= LARGEST:
            sentence = (
                f"Invalid value at '{name}' (TYPE_INT32), {shown(text)}: it must be a whole number from 0."
            )
            wrong.append((name, sentence))
        facts[fact] = value if value > 0 else otherwise
    facts["size"] = min(facts["size"], MOST)


def _language(texts: Mapping[str, str], facts: dict[str, Any], wrong: list[tuple[str, str]]) -> None:
    tag = texts.get("languageCode", "").strip()
    if not tag:
        return
    try:
        facts["asked_language"] = read_language(tag)
    except Unreadable as trouble:
        wrong.append(("languageCode", f"languageCode is {shown(tag)}; {trouble}"))
        return
    language, *more = tag.lower().split("-")
    script = more[:1] if more and len(more[0]) == 4 and more[0].isalpha() else []
    facts["language"] = "-".join([language, *script])


def _form(texts: Mapping[str, str], facts: dict[str, Any], wrong: list[tuple[str, str]]) -> None:
    """Read how the answer is to look."""
    if texts.get("alt", "json") not in ("", "json"):
        wrong.append(("alt", f"alt is {shown(texts['alt'])}; the one format here is json."))
    pretty = texts.get("prettyPrint", "").lower() or "true"
    if pretty not in ("true", "false", "1", "0"):
        wrong.append(("prettyPrint", f"prettyPrint is {shown(pretty)}; it must be true or false."))
    facts["pretty"] = pretty in ("true", "1")
    if text := "".join(texts.get("fields", "").split()):
        try:
            facts["fields"] = selected(text)
        except Unselectable as trouble:
            wrong.append(("fields", f"Invalid field selection {shown(text)}: {trouble}"))


def _mark(token: str, question: Question) -> Mark:
    refused = "pageToken is none of ours, or too old. Start again without it."
    try:
        binding, keys, place, some = signing.loads(token, salt=SALT, max_age=LONGEST_LIFE)
    except (signing.BadSignature, ValueError):
        raise InvalidArgument([("pageToken", refused)]) from None
    if binding != question.binding:
        raise InvalidArgument(
            [("pageToken", "pageToken belongs to another search: all other parameters must stay the same.")]
        )
    return Mark(tuple(keys), place, some)
