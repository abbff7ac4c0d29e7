"""Citations of court reports and of state statutes: "539 U.S. 244", "Fla. Stat. § 120.68". No Django in here.

A cheap pattern finds candidate places; only there eyecite, with its tables of all American reporters, decides
what they are. The tables cost a fifth of a second and 45 MB, so they are read when the first place turns up.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence

from articles.importing.references.phrases import name_after, name_before
from articles.importing.references.reference import Reference, one_line
from articles.spans import Span
from articles.vocabulary import SourceKind

_MONTH = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
# Volume, reporter, page; written to begin with one digit, since the search then skips to the next.
# A reporter is up to eight short words, most with a full stop; the stops come and go, and
# lines break within.
_REPORTED = re.compile(
    rf"\d\d{{0,3}}\s{{1,12}}(?!{_MONTH})[A-Z][\w.’']{{0,12}},?"
    r"(?:\s{0,12}(?:[A-Z][\w.’'&]{0,12},?|\d(?:d|th|nd|rd|st)\b|&|\(\w{1,6}\))){0,8}"
    r"\s{1,12}(?:No\.\s{1,3})?(?:\*?\d{1,7}(?:-[A-Z])?|_{2,}|-{3,}|[ivxlc]{1,8}\b)"
)
# A word without any stop or number in it is a reporter only if it is one of these.
_PLAIN_REPORTERS = frozenset(
    {
        "Idaho", "Hawaii", "Utah", "Ohio", "Iowa", "Maine", "Guam", "Cranch", "Wheat", "Dall", "Black",
        "How", "Wall", "Pet", "Johnson", "Miles", "US", "WL", "LEXIS",
    }
)  # fmt: skip
_NOT_BEFORE_VOLUMES = re.compile(r"[\w.$€£:/-]\Z|§\s?\Z")
_NEUTRAL = re.compile(r"[12]\d{3}-[A-Z][A-Za-z]{1,9}-\d{1,5}\b|[12]\d{3}\s\d{3,6}\s\(La\.")
_OTHER = re.compile(
    r"\bT\.\s?C\.\s(?:Memo|Summary|No)\b|\(CCH\)"
    r"|\b(?:Code|Stat|Stats|Laws|Ann|Const|Rev)\b\.?,?\s(?:[A-Z][\w.&]{0,12}\s){0,3}(?:§|ch\.|tit\.|art\.)"
    r"|\b\d{1,3}\sStat\.\s\d"
)
# Without one of these the slower pattern before cannot match.
_HINTS = re.compile(r"§|\(CCH\)|T\.\s?C\.|Stat\.\s\d|ch\.\s|tit\.\s|art\.\s")
# Characters on either side of a candidate place that eyecite is shown.
_BEFORE, _AFTER = 80, 100
_LONGEST_REGION = 8000
_PIN_CITES = re.compile(
    r"(?:,?\s{1,9}(?:at\s)?(?:n\.\s?)?\*?\d{1,5}(?:[-–]\d{1,5})?)*(?:\s*&\s*n\.\s?\d{1,3})?"
)
_IN_BRACKETS = re.compile(r"\s{0,9}[(\[]([^()\[\]]{0,60}?)\b((?:1[6-9]|20)\d\d)[)\]]")
# A semicolon begins another case; a comma or a bracket, the same one in another reporter.
_PARALLEL = re.compile(r",?\s{0,9}\[?")
_YEAR_BEFORE = re.compile(r"\(((?:1[6-9]|20)\d\d)\)\s{1,9}$")
_VERSUS = re.compile(r"\s(?:v\.?|vs\.)\s")
# Codes that `statutes` reads, with more of their spellings.
_SIGN = re.compile(r"§(?=\w)")
_OURS = re.compile(r"\d+ (?:U\.S\.C|C\.F\.R)|Pub\. L\.")
_SECTION = re.compile(r"(?:\([0-9A-Za-z.]{1,6}\)){1,6}")


def find_citations(text: str, block: Span) -> Iterator[Reference]:
    """Yield the citations of court reports and of state statutes within a block.

    A case has the year as `published` where one stands in brackets behind it; where that may be the year of a
    neighbour, `confirm` says so. The name of the case, where it stands right before, is its title.
    """
    places = _places(text, block)
    if not places:
        return
    cited = [one for region in _regions(places, block) for one in _read(text, region)]
    cited.sort(key=lambda one: one.start)
    told: list[Reference] = []
    # From the last to the first: the year behind a parallel citation is that of those before it too.
    for position in range(len(cited) - 1, -1, -1):
        previous = cited[position - 1].end if position else block.start
        following = told[-1] if told else None
        told.append(_with_surroundings(text, cited[position], previous, following, block))
    yield from reversed(told)


def _places(text: str, block: Span) -> list[Span]:
    """Return the candidate places, in order."""
    places = []
    for match in _REPORTED.finditer(text, block.start, block.end):
        if _NOT_BEFORE_VOLUMES.search(text[max(block.start, match.start() - 2) : match.start()]):
            continue
        reporter = match.group().split()[1:-1]
        shortened = any("." in word or word[0].isdigit() or any(map(str.isdigit, word)) for word in reporter)
        plain = any(word.strip(",") in _PLAIN_REPORTERS for word in reporter)
        if shortened or plain or (len(reporter) > 1 and min(map(len, reporter)) <= 2):
            places.append(Span(*match.span()))
    places += [Span(*match.span()) for match in _NEUTRAL.finditer(text, block.start, block.end)]
    if _HINTS.search(text, block.start, block.end):
        places += [Span(*match.span()) for match in _OTHER.finditer(text, block.start, block.end)]
    return sorted(places)


def _regions(places: Sequence[Span], block: Span) -> list[Span]:
    """Return the neighbourhoods of the places, those that meet made one, up to what eyecite reads at once."""
    regions: list[Span] = []
    last = Span(block.start, block.start)
    for place in places:
        region = Span(max(block.start, place.start - _BEFORE), min(block.end, place.end + _AFTER))
        if not regions or not regions[-1].meets(region):
            regions.append(region)
        elif region.end - regions[-1].start <= _LONGEST_REGION or place.start < last.end:
            regions[-1] = Span(regions[-1].start, max(region.end, regions[-1].end))
        else:
            # Cut between the two places, so that nothing is read twice or by halves.
            regions[-1] = Span(regions[-1].start, place.start)
            regions.append(Span(place.start, region.end))
        last = place
    return regions


def _read(text: str, region: Span) -> Iterator[Reference]:
    """Yield what eyecite finds in a region."""
    # Read on first use: most articles cite no reporter, and the tables are big.
    from eyecite import get_citations
    from eyecite.models import FullCaseCitation, FullLawCitation

    piece, origins = _on_one_line(text, region)
    # What it cannot place it tells the log, with the words of the text; a log is no place for these.
    logging.getLogger("eyecite").setLevel(logging.ERROR)
    for found in get_citations(piece):
        first, last = found.span()
        start, end = origins[first], origins[last - 1] + 1
        # Corrected, the name of a code loses the words between ("Tex. Educ. Code").
        law = isinstance(found, FullLawCitation)
        name = one_line(found.matched_text() if law else found.corrected_citation())
        if law and _OURS.match(name):
            continue
        if law:
            name = _SIGN.sub("§ ", name)
            section = _SECTION.match(text, end)
            fields = {"citation": name + (section.group() if section else "")}
            jurisdiction = _jurisdiction(name)
            if jurisdiction:
                fields["jurisdiction"] = jurisdiction
            yield Reference(
                SourceKind.STATUTE, start, section.end() if section else end, fields["citation"], fields
            )
        elif isinstance(found, FullCaseCitation):
            fields = {"citation": name}
            court = _court_of(found.metadata.court or "")
            if court:
                fields["court"] = court
            yield Reference(SourceKind.COURT_CASE, start, end, name, fields)


def _on_one_line(text: str, region: Span) -> tuple[str, list[int]]:
    """Return a region with every run of white space as one space, and where in the text each character stands.

    Where a line breaks between volume and reporter, eyecite does not see the citation.
    """
    piece: list[str] = []
    origins: list[int] = []
    for offset in range(region.start, region.end):
        char = " " if text[offset].isspace() else text[offset]
        if char != " " or not piece or piece[-1] != " ":
            piece.append(char)
            origins.append(offset)
    return "".join(piece), origins


def _with_surroundings(
    text: str, one: Reference, previous: int, following: Reference | None, block: Span
) -> Reference:
    """Return the citation with the year and the name of the case, as far as they stand right beside it."""
    if one.kind is SourceKind.STATUTE:
        return one
    fields = dict(one.fields)
    confirm = ""
    limit = following.start if following else block.end
    pins = _PIN_CITES.match(text, one.end, min(limit, one.end + 200))
    after = pins.end() if pins else one.end
    year = _IN_BRACKETS.match(text, after, limit)
    if year is not None:
        fields["published"] = year[2]
    elif following is not None and _PARALLEL.fullmatch(text, after, limit):
        neighbours = following.fields.get("published", "")
        if neighbours:
            fields["published"] = neighbours
            confirm = f"The year {neighbours} stands beside another citation; confirm it."
    before = _YEAR_BEFORE.search(text[max(previous, one.start - 16) : one.start])
    name_end = one.start
    if before is not None:
        name_end -= len(before.group())
        fields.setdefault("published", before[1])
    if "_" in one.name or "--" in one.name:
        confirm = f"{confirm} The page is left blank in the text; find it.".strip()
    title = _title_before(text, name_end, previous)
    if title:
        fields["title"] = title
    return Reference(one.kind, one.start, one.end, one.name, fields, confirm)


def _title_before(text: str, end: int, limit: int) -> str:
    """Return the name of the case that ends where its citation begins, "" where none does."""
    window = text[max(limit, end - 240) : end]
    versus = list(_VERSUS.finditer(window))
    if not versus:
        return ""
    offset = end - len(window)
    middle = versus[-1]
    start = name_before(text, offset + middle.start(), limit)
    stop = name_after(text, offset + middle.end(), end)
    between = text[stop:end].strip(" ,\n\t")
    if start == offset + middle.start() or stop == offset + middle.end() or between:
        return ""
    return one_line(text[start:stop])


def _court_of(identifier: str) -> str:
    """Return the name of a court of courts-db, "" for one it does not know."""
    from courts_db import courts as known

    if not _COURT_NAMES:
        _COURT_NAMES.update({court["id"]: court["name"] for court in known})
    return _COURT_NAMES.get(identifier, "")


_COURT_NAMES: dict[str, str] = {}


def _jurisdiction(name: str) -> str:
    """Return whose law a citation names, as far as its first word tells."""
    return next((state for short, state in _STATES.items() if name.startswith(short)), "")


_STATES = {
    "Ala. ": "Alabama", "Alaska ": "Alaska", "Ariz. ": "Arizona", "Ark. ": "Arkansas", "Cal. ": "California",
    "Colo. ": "Colorado", "Conn. ": "Connecticut", "Del. ": "Delaware", "Fla. ": "Florida", "Ga. ": "Georgia",
    "Haw. ": "Hawaii", "Idaho ": "Idaho", "Ill. ": "Illinois", "Ind. ": "Indiana", "Iowa ": "Iowa", "Kan. ": "Kansas",
    "Ky. ": "Kentucky", "La. ": "Louisiana", "Me. ": "Maine", "Md. ": "Maryland", "Mass. ": "Massachusetts",
    "Mich. ": "Michigan", "Minn. ": "Minnesota", "Miss. ": "Mississippi", "Mo. ": "Missouri", "Mont. ": "Montana",
    "Neb. ": "Nebraska", "Nev. ": "Nevada", "N.H. ": "New Hampshire", "N.J. ": "New Jersey", "N.M. ": "New Mexico",
    "N.Y. ": "New York", "N.C. ": "North Carolina", "N.D. ": "North Dakota", "Ohio ": "Ohio", "Okla. ": "Oklahoma",
    "Or. ": "Oregon", "Pa. ": "Pennsylvania", "R.I. ": "Rhode Island", "S.C. ": "South Carolina",
    "S.D. ": "South Dakota", "Tenn. ": "Tennessee", "Tex. ": "Texas", "Utah ": "Utah", "Vt. ": "Vermont",
    "Va. ": "Virginia", "Wash. ": "Washington", "W. Va. ": "West Virginia", "Wis. ": "Wisconsin", "Wyo. ": "Wyoming",
}  # fmt: skip
