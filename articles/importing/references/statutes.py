"""Statutes, regulations and constitutions that a text names. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from articles.importing.references.reference import Reference, one_line
from articles.spans import Span
from articles.vocabulary import SourceKind

_US = "United States"
_EU = "European Union"
_SECTION_NUMBER = r"\d{1,6}[A-Za-z]{0,3}(?:[-–]\d{1,4}[a-z]{0,2})?(?![\w,]\d)"
_PARAGRAPHS = r"(?:\s?\([0-9A-Za-z]{1,5}\)){0,6}"
_CODE = re.compile(
    rf"(\d\d?)\s{{1,9}}U\.?\s{{0,9}}S\.?\s{{0,9}}(?:C\.?(?:\s?A\b\.?)?|Code)\s{{0,9}}"
    rf"(?:§{{1,2}}|[Ss]ections?|[Ss]ec\.)?\s{{0,9}}({_SECTION_NUMBER})({_PARAGRAPHS})"
)
_REGULATION = re.compile(
    rf"(\d\d?)\s{{1,9}}C\.?\s?F\.?\s?R\.?\s{{0,9}}(?:§{{1,2}}|[Pp]art|[Ss]ection)?\s{{0,9}}"
    rf"(\d{{1,5}}(?:\.\d{{1,5}}[a-z]?)?)({_PARAGRAPHS})"
)
_PUBLIC_LAW = re.compile(
    r"P(?:ub(?:lic|\.)\s{1,9}L(?:aw|\.)|\.L\.)\s{1,9}(?:No\.\s{1,9})?(\d{1,3})[-–](\d{1,4})\b"
)
_UNION_ACT = re.compile(
    r"\b((?:Implementing |Delegated |Framework )?(?:Regulation|Directive|Decision))\s{1,9}"
    r"(?:\((EU|EC|EEC|Euratom|EU, Euratom)\)\s{1,9})?(?:No\.?\s{1,9})?(\d{2,4}/\d{1,4})(?:/(EU|EC|EEC|JHA))?\b"
)
_ARTICLE = r"(?:[Aa]rticles?|[Aa]rts?\.)\s{1,9}(\d{1,3}[a-z]?)((?:\s?\([0-9a-z]{1,3}\)){0,3})"
_GDPR = re.compile(
    rf"(?:{_ARTICLE}\s{{1,9}}(?:of\s{{1,9}})?(?:the\s{{1,9}})?(?:EU\s)?GDPR\b|\bGDPR(?:[,’']s?)?\s{{1,9}}{_ARTICLE}|\bGDPR\b)"
)
_NAME = r"[A-ZÀ-Þ][\w’'&-]{0,30}"
_LITTLE = r"(?:of|and|the|for|on|in|to|against|with|from|de|&)"
# "the Harbour Lights Act of 1901", "Online Safety Act 2023", "the Clean Water Act".
_ACT_WORD = re.compile(r"\b(?:Act|Code|Constitution|Convention|Charter|Ordinance|Penal Law|Acts)\b")
_ACT_AFTER = re.compile(r"(?:\s{1,9}of|,)?\s{1,9}((?:1[789]|20)\d\d)\b(?!\s?[-–]\s?\d)")
_CONVENTION_ON = re.compile(
    r"\s{1,9}(?:on|against|for|of|relating to)\s{1,9}(?:the\s{1,9})?"
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|June|July|August|September|October|"
    r"November|December|\d)[A-Z][\w-]{1,20}"
    r"(?:\s{1,9}(?:of\s|and\s|the\s){0,2}[A-Z][\w-]{1,20}){0,5}"
)
_PART_OF = re.compile(
    rf"\b((?:[Ss]ections?|[Ss]ec\.|[Aa]rticles?|[Aa]rts?\.|[Tt]itles?|[Cc]hapters?|[Pp]aragraphs?|§{{1,2}})"
    rf"\s{{0,9}}(?:\d{{1,5}}[A-Za-z]{{0,2}}(?:\.\d{{1,4}})?|[IVXL]{{1,6}}\b){_PARAGRAPHS})\s{{1,9}}of\s{{1,9}}(?:the\s{{1,9}})?$"
)
_TOKEN = re.compile(r"\S+")
_LITTLE_WORD = re.compile(_LITTLE)
_CAPITALISED = re.compile(rf"\(?{_NAME}\)?,?")
_BEFORE_THE = frozenset({"of", "for", "on", "against", "to", "in", "from", "with"})
_NOT_IN_NAMES = frozenset({"The", "A", "An", "This", "That", "Under", "In", "But", "And", "When", "If", "By"})
_PLACES_OF_TREATIES = frozenset(
    {"Geneva", "Vienna", "Hague", "Istanbul", "Chicago", "Berne", "Budapest", "Aarhus"}
)
_NOT_ACTS = frozenset(
    {
        "class", "first", "second", "third", "last", "final", "opening", "sister", "balancing",
        "caught", "disappearing", "headline", "warm-up", "dress", "morse", "qr", "zip", "area", "bar",
        "source", "hays", "promo", "discount", "building", "postal", "country", "united", "nations",
    }
)  # fmt: skip
_POPULAR = re.compile(
    r"\b(?:Section\s{1,9}230|Title\s{1,9}(?:IX|VII)|Section\s{1,9}702)\b(?!\s{1,9}of\b)(?![(.]\d)"
)
#: What people call statutes, and where they stand; each to be confirmed by a person.
_KNOWN_AS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"Section 230(?:$| of the .*(?:Communications Decency|Telecommunications?|Communications) Act)"
        ),
        "47 U.S.C. § 230",
    ),
    (re.compile(r"Section 702(?:$| of the Foreign Intelligence Surveillance Act)"), "50 U.S.C. § 1881a"),
    (re.compile(r"Title IX(?:$| of the Education Amendments)"), "20 U.S.C. § 1681"),
    (re.compile(r"Title VII(?:$| of the Civil Rights Act)"), "42 U.S.C. § 2000e"),
)
_AMENDMENT = re.compile(
    r"\b(First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth|Eleventh|Twelfth|Thirteenth|Fourteenth|"
    r"Fifteenth|Sixteenth|Seventeenth|Eighteenth|Nineteenth|\d{1,2}(?:st|nd|rd|th))\s{1,9}Amendment\b"
    r"(?!\s+(?:advocate|activist|lawyer|attorney|group|supporter|Foundation|Coalition|Center))"
)
_GERMAN = re.compile(
    r"§{1,2}\s?\d{1,4}[a-z]?(?:\s(?:Abs\.|Absatz)\s\d{1,2})?(?:\s(?:S\.|Satz|Nr\.)\s\d{1,2})?\s(StGB|BGB|StPO|ZPO|UrhG|TMG|NetzDG|AufenthG|BDSG|UWG|AO|SGB\s[IVX]{1,4})\b"
    r"|\bArt(?:\.|ikel)\s\d{1,3}[a-z]?(?:\s(?:Abs\.|Absatz)\s\d{1,2})?\s(GG)\b"
)


def find_codes(text: str, block: Span) -> Iterator[Reference]:
    """Yield sections of the codes of the United States, and its public laws."""
    where = (block.start, block.end)
    for match in _CODE.finditer(text, *where):
        if not _is_within_number(text, match.start(), block):
            yield _statute(match, f"{match[1]} U.S.C. § {_dashed(match[2])}{_tight(match[3])}", _US)
    for match in _REGULATION.finditer(text, *where):
        if not _is_within_number(text, match.start(), block):
            yield _statute(match, f"{match[1]} C.F.R. § {match[2]}{_tight(match[3])}", _US)
    for match in _PUBLIC_LAW.finditer(text, *where):
        yield _statute(match, f"Pub. L. {match[1]}-{match[2]}", _US)


def find_european_law(text: str, block: Span) -> Iterator[Reference]:
    """Yield acts of the European Union by number, articles of the GDPR, and sections of German codes."""
    where = (block.start, block.end)
    for match in _UNION_ACT.finditer(text, *where):
        body = match[2] or match[4]
        if body:
            name = f"{match[1]} ({body}) {match[3]}" if match[2] else f"{match[1]} {match[3]}/{body}"
            yield _statute(match, name, _EU)
    for match in _GDPR.finditer(text, *where):
        article = match[1] or match[3]
        name = f"GDPR Art. {article}{_tight(match[2] or match[4] or '')}" if article else "GDPR"
        # Without an article it may be the one the United Kingdom kept.
        yield _statute(match, name, _EU if article else "")
    for match in _GERMAN.finditer(text, *where):
        yield _statute(match, one_line(match.group()), "Germany")


def find_amendments(text: str, block: Span) -> Iterator[Reference]:
    """Yield amendments to a constitution: "the Fourth Amendment"."""
    for match in _AMENDMENT.finditer(text, block.start, block.end):
        name = f"{match[1]} Amendment"
        sentence = f"“{name}” is taken for that to the Constitution of the United States; confirm it."
        fields = {"citation": f"{name} to the Constitution of the United States", "jurisdiction": _US}
        yield Reference(SourceKind.STATUTE, match.start(), match.end(), name, fields, sentence)


def find_acts(text: str, block: Span) -> Iterator[Reference]:
    """Yield acts, codes and conventions by name, with the section where one is given."""
    yield from _acts(text, block)
    for match in _POPULAR.finditer(text, block.start, block.end):
        yield _named(match.start(), match.end(), one_line(match.group()), "")


def find_statutes(text: str, block: Span) -> Iterator[Reference]:
    """Yield all that the finders of this module find."""
    for finder in (find_codes, find_european_law, find_amendments, find_acts):
        yield from finder(text, block)


def _is_within_number(text: str, start: int, block: Span) -> bool:
    return start > block.start and re.match(r"[\w.$-]", text[start - 1]) is not None


def _acts(text: str, block: Span) -> Iterator[Reference]:
    """Yield acts, codes and conventions by name, with the section where one is given."""
    last = block.start
    for match in _ACT_WORD.finditer(text, block.start, block.end):
        if match.start() < last:
            continue
        name_start = _act_start(text, max(last, match.start() - 120), match.start())
        words = text[name_start : match.start()].split()
        year = _ACT_AFTER.match(text, match.end(), block.end)
        end = year.end() if year else match.end()
        if match.group() in ("Convention", "Charter"):
            subject = _CONVENTION_ON.match(text, match.end(), block.end)
            end = subject.end() if subject else end
        section = _PART_OF.search(text[max(last, name_start - 40) : name_start])
        if section is None and not _stands_alone(match.group(), words, bool(year), end > match.end()):
            continue
        start = name_start - (len(section.group()) if section else 0)
        last = end
        yield _named(start, end, one_line(text[start:end]), year[1] if year else "")


def _stands_alone(noun: str, words: Sequence[str], has_year: bool, has_more: bool) -> bool:
    """Do the words before "Act" and what follows it name a statute, without a section?"""
    if words and words[0].casefold() in _NOT_ACTS:
        return False
    if noun in ("Act", "Acts"):
        return len(words) >= 2 or (has_year and bool(words))
    if noun in ("Convention", "Charter"):
        # Parties and fan clubs hold conventions too: those of states have a subject, or the name of a place.
        return (has_more and not has_year) or (bool(words) and words[-1] in _PLACES_OF_TREATIES)
    return noun == "Penal Law" or (has_year and bool(words))


def _act_start(text: str, window: int, end: int) -> int:
    """Return where the capitalised words before "Act" begin, not before `window`; `end` where there are none."""
    tokens = list(_TOKEN.finditer(text, window, end))
    start = end
    # "Asked Them To Act": a headline's verb.
    if tokens and tokens[-1].group() in ("To", "to", "Must", "Will", "Should", "Can"):
        return end
    for position in range(len(tokens) - 1, -1, -1):
        word = tokens[position].group()
        before = tokens[position - 1].group() if position else ""
        if word == "the" and before not in _BEFORE_THE:
            break
        if _LITTLE_WORD.fullmatch(word):
            continue
        if not _CAPITALISED.fullmatch(word) or word in _NOT_IN_NAMES or _ACT_WORD.fullmatch(word):
            break
        # "Mayor Lamp's Clean Water Act" is the Clean Water Act; "the Children's Reading Act" stays whole.
        if (
            start != end
            and word.endswith(("’s", "'s", "s’", "s'"))
            and before[:1].isupper()
            and before != "The"
        ):
            break
        # "Crime, Policing and Courts Act": a comma within a list, else the end of what came before.
        if word.endswith(",") and (start == end or " and " not in text[tokens[position].end() : end]):
            break
        # The window may cut a word in half.
        if position == 0 and window > 0 and not text[window - 1].isspace() and tokens[0].start() == window:
            break
        start = tokens[position].start()
    return start


def _named(start: int, end: int, name: str, year: str) -> Reference:
    citation, confirm = name, ""
    for pattern, place in _KNOWN_AS:
        if pattern.match(name):
            citation, confirm = place, f"“{name}” is taken for {place}; confirm it."
    fields = {"citation": citation}
    if citation != name:
        fields |= {"title": name, "jurisdiction": _US}
    if year:
        fields["published"] = year
    return Reference(SourceKind.STATUTE, start, end, name, fields, confirm)


def _statute(match: re.Match[str], name: str, jurisdiction: str) -> Reference:
    fields = {"citation": name}
    if jurisdiction:
        fields["jurisdiction"] = jurisdiction
    end = match.start() + len(match.group().rstrip())
    return Reference(SourceKind.STATUTE, match.start(), end, name, fields)


def _dashed(section: str) -> str:
    return section.replace("–", "-")


def _tight(paragraphs: str) -> str:
    return "".join(paragraphs.split())
