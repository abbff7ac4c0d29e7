"""News outlets that a text names: known ones, short forms of those named before, and others beside a reporting word.

outlets.json holds the known names: those in `always` mean the outlet wherever they stand with their capitals, those in
`where_reporting` ("Time", "the Independent") only beside words that tell of reporting. No Django in here.
"""

from __future__ import annotations

import functools
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path

from articles.importing.references.reference import Reference, is_reported, one_line
from articles.spans import Span
from articles.vocabulary import SourceKind

_WORD = re.compile(r"[^\W_]+")
# Names begin with a capital or a digit, but for a few agencies and papers.
_BEGINNING = re.compile(r"[A-ZÀ-ÞČŁŚŠŽ0-9][^\W_]*")
_SMALL = ("dpa", "taz", "de Volkskrant", "netzpolitik", "openDemocracy", "swissinfo")
_SMALL_BEGINNING = re.compile(rf"{_BEGINNING.pattern}|(?:dpa|taz|de|netzpolitik|openDemocracy|swissinfo)\b")
# Characters before the last word of a name in which its first word is looked for.
_WIDEST = 100
# Last words of outlets' names. They serve as short forms ("the Journal"), and tell an unknown outlet by its name.
_HEADS = frozenset(
    {
        "Times", "Post", "Herald", "Tribune", "Gazette", "Chronicle", "Journal", "Star", "News",
        "Observer", "Examiner", "Inquirer", "Courier", "Dispatch", "Register", "Telegraph", "Globe",
        "Sun", "Sentinel", "Republic", "Record", "Citizen", "Press", "Mail", "Mercury", "Bee", "Argus",
        "Echo", "Reporter", "Review", "Leader", "Independent", "Standard", "Monitor", "Advertiser",
        "Advocate", "Daily", "Weekly", "Today", "Tageblatt", "Zeitung", "Guardian", "Mirror", "Express",
    }
)  # fmt: skip
_ARTICLE_BEFORE = re.compile(r"\b[Tt]he\s+[“\"']?$")
_CAPITALS_BEFORE = re.compile(r"\b(?:[A-ZÀ-Þ][\w’'-]{1,24}\s+(?:and\s+|&\s+)?){1,4}$")
_AGENCY_CREDIT = re.compile(r"(?:^|[(\[—–/])\s?$")
_CREDIT_END = re.compile(r"\.?\s?(?:[)\]/—–]|\s--?\s)")
# "newspaper Ny Tid", "the broadcaster NRK": what follows such a noun is an outlet's name, known or not.
_CALLED = re.compile(
    r"(?:newspapers?|news\s+agency|news\s+agencies|broadcaster|daily|weekly|tabloid|newswire|wire\s+service|magazine|"
    r"news\s+(?:site|website|outlet|magazine|portal|channel|network))\s+"
    r"((?:(?:[A-ZÀ-Þ][\w’'-]{1,24}|[A-Z]{2,6}\d{0,2})(?:\s(?:of|de|del|della|da|di|do|and|&)(?=\s[A-ZÀ-Þ]))?\s?){1,4})"
)
_CALLS = frozenset(
    {"newspaper", "newspapers", "agency", "agencies", "broadcaster", "daily", "weekly", "tabloid", "news"}
)
_KIND_AFTER = re.compile(
    r"\s+(?:newspaper|magazine|news\s+agency|news\s+site|news\s+website|television|TV|newspaper’s)\b"
)
_NOT_NAMES = frozenset(
    {
        "The", "A", "An", "In", "On", "At", "And", "But", "He", "She", "It", "They", "We", "I", "Mr",
        "Mrs", "Ms", "Dr", "This", "That", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
        "Saturday", "Sunday",
    }
)  # fmt: skip
_FOLLOWED_BY_NAME = re.compile(r"\s+[A-ZÀ-Þ][\w’'-]*")
# Right behind these words the name is part of something else.
_PART_OF_MORE = re.compile(
    r"\s+(?:Square|Tower|Building|Center|Centre|Museum|Award|Prize|Stadium|Bowl|Company|Co\.|Corp|Foundation|Index|"
    r"Terminal|Arena|Stylebook)\b"
)
# "Reuters/Ipsos" is a poll of two; "//reuters.example" and "@Reuters" are addresses.
_WITHIN_ADDRESS = re.compile(r"[@#.]$|(?:[./:]\S*|\s[a-z]\S*)/$|\w-$")
_GOES_ON_AS_ADDRESS = re.compile(r"[.@]\w|/[^\WA-Z]")
_ON_AIR = re.compile(r"\bon\s+$")
_BROADCASTERS = frozenset({"ABC", "Fox"})


def find_outlets(text: str, blocks: Sequence[Span]) -> Iterator[Reference]:
    """Yield the outlets that blocks of a text name; what an earlier block names lends its short form to later ones."""
    known = _known()
    beginning = _SMALL_BEGINNING if any(form in text for form in _SMALL) else _BEGINNING
    short: defaultdict[str, set[str]] = defaultdict(set)
    for block in blocks:
        called = _called(text, block)
        last = block.start
        for word in beginning.finditer(text, block.start, block.end):
            head = word.group()
            start = word.start()
            if head not in known and head not in _HEADS and start not in called:
                continue
            if start < last or (start > block.start and text[start - 1].isalnum()):
                continue
            found: Reference | None = None
            if start in called:
                found = _outlet(text, start, called[start])
            elif head in known:
                found = _listed(known[head], text, start, block)
            if found is None and head in _HEADS:
                found = _unlisted(text, word, Span(max(last, start - _WIDEST), block.end), short)
            if found is None:
                continue
            last = found.end
            for form in _short_forms(found.name):
                short[form].add(found.name)
            yield found


def may_name_outlets(words: Set[str]) -> bool:
    """May a text with these words name an outlet? Only where this is so is it read for them."""
    return not (words.isdisjoint(_known()) and words.isdisjoint(_HEADS) and words.isdisjoint(_CALLS))


def canonical(name: str) -> str:
    """Return the full name of an outlet: "WSJ" gives "The Wall Street Journal"; unknown names come back as they are."""
    bare = one_line(name).removeprefix("The ").removeprefix("the ")
    return _names().get(bare, one_line(name))


@functools.cache
def _data() -> Mapping[str, Mapping[str, list[str]]]:
    data: Mapping[str, Mapping[str, list[str]]] = json.loads(
        Path(__file__).with_name("outlets.json").read_text(encoding="utf-8")
    )
    return data


@functools.cache
def _names() -> Mapping[str, str]:
    """Return form → full name."""
    return {
        form: name for group in _data().values() for name, forms in group.items() for form in (name, *forms)
    }


@functools.cache
def _known() -> Mapping[str, tuple[tuple[re.Pattern[str], str, bool], ...]]:
    """Return first word → (pattern of the whole form, full name, does it mean the outlet anywhere), longest first."""
    forms: defaultdict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for group, names in _data().items():
        for name, written in names.items():
            for form in written:
                first = _WORD.match(form)
                assert first is not None, f"The outlet “{form}” does not begin with a letter or digit."
                forms[first.group()].append((form, name, group == "always"))
    return {
        first: tuple(
            (_pattern(form), name, always)
            for form, name, always in sorted(listed, key=lambda one: -len(one[0]))
        )
        for first, listed in forms.items()
    }


def _pattern(form: str) -> re.Pattern[str]:
    words = re.escape(form).replace(r"\ ", r"\s+").replace("'", "['’]")
    return re.compile(rf"{words}(?!\w)(?!-[^\W\dA-Z_])")


def _listed(
    forms: Sequence[tuple[re.Pattern[str], str, bool]], text: str, start: int, block: Span
) -> Reference | None:
    """Return the longest known outlet that stands at `start`, if it means the outlet there."""
    if _WITHIN_ADDRESS.search(text[max(block.start, start - 24) : start]):
        return None
    for pattern, name, always in forms:
        match = pattern.match(text, start, block.end)
        # "WSJ.com" is an address, but "WSJ." ends a sentence.
        if match is None or _GOES_ON_AS_ADDRESS.match(text, match.end(), block.end):
            continue
        if not (always or _is_outlet_here(text, start, match.end(), block)):
            return None
        if _PART_OF_MORE.match(text, match.end(), block.end):
            return None
        return _outlet(text, start, match.end(), name)
    return None


def _is_outlet_here(text: str, start: int, end: int, block: Span) -> bool:
    """Does a word that may mean anything mean the outlet here?"""
    before = text[max(block.start, start - 40) : start]
    # "(AP)" and "(Time)": a credit.
    if _AGENCY_CREDIT.search(before[-2:]) and _CREDIT_END.match(text, end, block.end):
        return True
    if _KIND_AFTER.match(text, end, block.end):
        return True
    if text[start:end] in _BROADCASTERS and _ON_AIR.search(before):
        return True
    if not is_reported(text, start, end, block):
        return False
    words = text[start:end]
    if words.isupper():
        return True
    # "Nature reported", but not "Time Square said", "told People Inc".
    if _FOLLOWED_BY_NAME.match(text, end, block.end):
        return False
    takes_article = _names().get(words, "").startswith("The ")
    has_article = _ARTICLE_BEFORE.search(before) is not None
    return takes_article == has_article


def _unlisted(
    text: str, word: re.Match[str], around: Span, short: Mapping[str, set[str]]
) -> Reference | None:
    """Return the outlet whose name ends with the word: "the Journal" after a first mention, or one that is not known
    but stands where one reports, "told the Cedar Valley Gazette"."""
    if _FOLLOWED_BY_NAME.match(text, word.end(), around.end) or text[word.end() : word.end() + 1] == "-":
        return None
    before = text[around.start : word.start()]
    capitals = _CAPITALS_BEFORE.search(before)
    names = list(re.finditer(r"\S+", capitals.group())) if capitals else []
    while names and (names[0].group() in _NOT_NAMES or names[0].group().endswith(("’s", "'s"))):
        names = names[1:]
    start = word.start()
    if capitals is not None and names:
        start = around.start + capitals.start() + names[0].start()
    meant = short.get(one_line(text[start : word.end()]), set())
    if len(meant) == 1 and _ARTICLE_BEFORE.search(text[around.start : start]):
        return _outlet(text, start, word.end(), next(iter(meant)))
    if not names or not is_reported(text, start, word.end(), around):
        return None
    return _outlet(text, start, word.end())


def _short_forms(name: str) -> Iterator[str]:
    """Yield what an outlet is called at its second mention: "Daily News" and "News" for the New York Daily News."""
    words = name.split()
    if len(words) > 1 and words[-1] in _HEADS:
        yield words[-1]
        if len(words) > 2:
            yield " ".join(words[-2:])


def _called(text: str, block: Span) -> dict[int, int]:
    """Return start → end of names that stand behind "newspaper", "news agency" and the like."""
    called = {}
    for match in _CALLED.finditer(text, block.start, block.end):
        words = match[1].rstrip()
        if words.split()[0] in _NOT_NAMES:
            continue
        words = words.removesuffix("’s").removesuffix("'s")
        called[match.start(1)] = match.start(1) + len(words)
    return called


def _outlet(text: str, start: int, end: int, name: str = "") -> Reference:
    full = name or canonical(text[start:end])
    return Reference(SourceKind.NEWS_REPORT, start, end, full, {"publisher": full})
