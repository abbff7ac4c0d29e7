"""Court cases by name and by docket number, and the courts they stand before. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from articles.importing.references.phrases import name_after, name_before
from articles.importing.references.reference import Reference, one_line
from articles.spans import Span
from articles.vocabulary import SourceKind

# Characters between a case and the court that a text names beside it.
_NEAR = 160
# Characters of the longest name of a court.
_WIDEST = 120
_VERSUS = re.compile(r"(v\.|vs\.|v|vs)\s+(?=[“\"A-ZÀ-Þ]|the\s+[A-Z])")
_BEFORE_VERSUS = re.compile(r"[\w.,’'\"”)]\s{1,9}$")
_ALONE = re.compile(r"(?:In re|Ex parte|In the [Mm]atter of|Matter of)\s+(?:the\s+)?(?=[A-Z])")
_LEGAL = re.compile(
    r"\b(?:[Cc]ourts?|[Jj]udges?|[Jj]ustices?|[Rr]ul(?:ed|ing)|[Ll]awsuit|[Ss]u(?:ed|it|es|ing)|[Pp]laintiffs?|[Dd]efendants?|"
    r"[Dd]ocket|[Aa]ppeal(?:s|ed)?|[Cc]ase|[Dd]ecision|[Ll]itigation|[Pp]etition(?:er)?s?|[Cc]ertiorari|[Aa]rgued|"
    r"[Hh]eld|[Ii]ndict(?:ed|ment)|[Cc]omplaint|[Cc]ir\.|v\.)|\[(?:19|20)\d\d\]"
)
_OFFICIAL = r"cv|cr|mc|mj|md|ml|bk|ap|po|misc|civ|crim|cm|gj|sw|adv"
# A federal docket: office, year, type, number, then the judge's or the clerk's marks. The office is looked for
# behind, since a pattern that begins with one digit is searched for fastest.
_FEDERAL = re.compile(
    rf"\d\d[-–‑]?(?:{_OFFICIAL})[-–‑]?\d{{3,6}}\b(?:[-–‑][A-Z]{{2,4}}\b)*(?:\s\([A-Z]{{2,3}}\))?",
    re.IGNORECASE,
)
_OFFICE = re.compile(r"(?<![\w:/-])(?:\d{1,2}:)?(?:20)?$")
# What follows "No." or "number". Which numbers are dockets, the words before tell.
_NUMBER = re.compile(r"[Nn](?:os?\.|umbers?)\s{0,3}:?\s{1,3}(\w[\w:/–‑-]{1,32})")
_FILED_AS = re.compile(
    r"\b(?:docket|civil\s+action|criminal(?:\s+action)?|index|cause|court\s+file|court\s+case)\s+$",
    re.IGNORECASE,
)
_CASE = re.compile(r"\b[Cc]ase\s+$")
_APPLICATION = re.compile(r"\b[Aa]pplication\s+$")
_LIKE_DOCKET = re.compile(r"(?=(?:\D*\d){2})[\w:/–‑-]{5,}")
_LIKE_CASE = re.compile(r"\d{2}-?[A-Z]{1,3}-?\d{3,8}|\d{2,4}[-–‑]\d{3,8}(?:-[A-Z]{2,4})?")
_LIKE_APPLICATION = re.compile(r"\d{1,5}/\d{2}")
# "22-976", "23A745": only beside words of the law, since sizes and streets are written the same.
_LIKE_APPEAL = re.compile(r"\d{2}[-–‑]\d{1,5}|\d{2}A\d{1,4}")
_OLD_FEDERAL = re.compile(r"\s(?:Civ|Cr|Crim)\.\s\d{1,5}(?:\s\([A-Z]{2,4}\))?")
_FURTHER = re.compile(r"(?:,|\s+and|,\s+and|\s+&)\s+(\d{2}[-–‑]\d{1,5})(?![\w-])")
# Courts outside the United States number their decisions in forms nothing else has.
_NEUTRAL = re.compile(
    r"\[(?:19|20)\d\d\]\s+(?:UKSC|UKPC|UKHL|EWCA\s+(?:Civ|Crim)|EWHC|EWCOP|UKUT|UKFTT|CSIH|CSOH|HCJAC|NICA|NIKB|NIQB|"
    r"IESC|IECA|IEHC|HCA|FCA|FCAFC|NSWCA|NSWSC|VSCA|NZSC|NZCA|NZHC|ZACC|ZASCA|SGCA|SGHC)\s+\d{1,5}"
    r"(?:\s+\((?:Admin|Ch|QB|KB|Fam|Comm|Pat|TCC|IPEC|IAC|AAC)\))?"
)
_CANADIAN = re.compile(r"[12]\d{3}\s+(?:SCC|ONCA|BCCA|ABCA|QCCA|FCA)\s+\d{1,5}\b")
_IDENTIFIER = re.compile(r"ECLI:[A-Z]{2}:[A-Z0-9]{1,7}:\d{4}:[A-Z0-9.]{1,25}[A-Z0-9]")
_LUXEMBOURG = re.compile(r"[CTF][-‑–]\d{1,4}/\d{2}(?:\s?P)?\b")
_CASES_BEFORE = re.compile(r"\b[Cc]ases?\s+$")
_COURT = re.compile(r"\b(?:Courts?|Tribunal)\b(?!\s+(?:Street|Road|Avenue|TV|House|Square))")
_THE = re.compile(r"\b[Tt]he\s+")
_COURT_OF = re.compile(
    r"\s+of\s+(?:Appeals?|Claims|Chancery|Common\s+Pleas|Justice|International\s+Trade|Session|Cassation|Arbitration|"
    r"Criminal\s+Appeals|Human\s+Rights|First\s+Instance|Protection|Auditors|(?:the\s+)?(?:[A-ZÀ-Þ][\w’'-]+\s?){1,4})"
)
_COURT_FOR = re.compile(
    r",?\s+(?:for|in|of)\s+(?:the\s+)?(?:(?:[A-Z][a-z]+|\d{1,2}(?:st|nd|rd|th|d))\s+Circuit|"
    r"(?:(?:Northern|Southern|Eastern|Western|Middle|Central)\s+)?District\s+of\s+(?:[A-Z][\w.]+\s?){1,3}|"
    r"(?:[A-Z][\w.]+\s){1,3}County(?:,\s[A-Z]\w+)?)"
)
_RULED = re.compile(
    r"(?:,|\s+in\s+\w+)?\s+(?:has\s+|had\s+|also\s+|later\s+|unanimously\s+|on\s+\w+day\s+|\w+day\s+|\w+ly\s+){0,2}"
    r"(?:ruled|rules|held|found|upheld|struck\s+down|dismissed|ordered|blocked|rejected|sided|decided|overturned|"
    r"convicted|sentenced|acquitted|granted|denied|affirmed|reversed|issued|declined|agreed|refused|threw\s+out|ruling|"
    r"decision|judgment|verdict|opinion|order)\b"
)
_BEFORE_COURT = re.compile(
    r"\b(?:ruling|decision|judgment|opinion|order|verdict)\s+(?:by|of|from)\s+(?:the|a)\s+$"
)
_FILINGS = re.compile(
    r"(?<=[Aa]ccording to )"
    r"(?:(?:the|an?|newly|unsealed|recent|federal|police|civil|criminal|grand\s+jury|amended)\s+){0,3}"
    r"(?:court\s+(?:documents|filings?|records|papers)|legal\s+filings?|charging\s+documents|indictment|affidavit|lawsuit|"
    r"criminal\s+complaint|complaint|docket|plea\s+agreement|deposition|court\s+transcripts?)"
)
# A court without a word of its own ("the court", "Courts") names none.
_NAMES_NO_COURT = frozenset(
    {"court", "courts", "tribunal", "district court", "the court", "circuit court", "federal court"}
)


def find_cases(text: str, block: Span) -> Iterator[Reference]:
    """Yield cases by name: "Field v. Harbour", "In re Lantern"; with the court where it stands close by."""
    last = block.start
    for match in _VERSUS.finditer(text, block.start, block.end):
        if not _BEFORE_VERSUS.search(text[max(block.start, match.start() - 10) : match.start()]):
            continue
        start = name_before(text, match.start(), last)
        end = name_after(text, match.end(), block.end)
        if start == match.start() or end == match.end():
            continue
        # Teams play "vs." one another, and "Ships v Aliens" is a film: a case then needs a word of the law near by.
        beside = text[max(block.start, start - _NEAR) : start] + "|" + text[end : min(block.end, end + _NEAR)]
        if match[1] != "v." and not _LEGAL.search(beside):
            continue
        last = end
        yield _case(text, start, end, block)
    for match in _ALONE.finditer(text, block.start, block.end):
        end = name_after(text, match.end(), block.end)
        if end > match.end():
            yield _case(text, match.start(), end, block)


def find_federal_dockets(text: str, block: Span) -> Iterator[Reference]:
    """Yield docket numbers of the form "1:21-cv-03354" with the court where it stands close by."""
    for match in _FEDERAL.finditer(text, block.start, block.end):
        office = _OFFICE.search(text[max(block.start, match.start() - 6) : match.start()])
        if office is not None:
            yield _docket(text, match.start() - len(office.group()), match.end(), block)


def find_dockets(text: str, block: Span) -> Iterator[Reference]:
    """Yield other docket numbers and the numbers of decisions, with the court where it stands close by."""
    for pattern in (_NEUTRAL, _CANADIAN):
        for match in pattern.finditer(text, block.start, block.end):
            yield _docket(text, match.start(), match.end(), block, decision=True)
    for match in _IDENTIFIER.finditer(text, block.start, block.end):
        yield _docket(text, match.start(), match.end(), block, decision=True)
    for match in _LUXEMBOURG.finditer(text, block.start, block.end):
        if _CASES_BEFORE.search(text[max(block.start, match.start() - 10) : match.start()]):
            yield _docket(text, match.start(), match.end(), block)
    for match in _NUMBER.finditer(text, block.start, block.end):
        end = _docket_end(text, match, block)
        if end:
            yield _docket(text, match.start(1), end, block)
            further = _FURTHER.match(text, end, block.end)
            while further is not None:
                yield _docket(text, further.start(1), further.end(1), block)
                further = _FURTHER.match(text, further.end(), block.end)


def _docket_end(text: str, match: re.Match[str], block: Span) -> int:
    """Return where the docket number behind "No." ends, 0 where what stands there is none."""
    number = match[1].rstrip(":/–‑-")
    end = match.start(1) + len(number)
    before = text[max(block.start, match.start() - 30) : match.start()]
    if _FILED_AS.search(before):
        return end if _LIKE_DOCKET.fullmatch(number) else 0
    if _APPLICATION.search(before):
        return end if _LIKE_APPLICATION.fullmatch(number) else 0
    old = _OLD_FEDERAL.match(text, end, block.end)
    if old is not None and number.isdigit():
        return old.end()
    like = _LIKE_CASE if _CASE.search(before) else _LIKE_APPEAL
    if not like.fullmatch(number) or (like is _LIKE_APPEAL and match.group()[0] == "n"):
        return 0
    # "case" right before the number proves nothing: the police and shops number theirs too.
    around = _CASE.sub("", text[max(block.start, match.start() - _NEAR) : match.start()])
    around += "|" + text[end : min(block.end, end + _NEAR)]
    return end if _LEGAL.search(around) else 0


def find_rulings(text: str, block: Span) -> Iterator[Reference]:
    """Yield courts that are said to have decided something, and court papers a text goes by."""
    for court in courts(text, block):
        ruled = _RULED.match(text, court.end, min(block.end, court.end + 80))
        if ruled or _BEFORE_COURT.search(text[max(block.start, court.start - 30) : court.start]):
            name = one_line(court.of(text))
            sentence = "The text names the court but not the case; find the case."
            yield Reference(SourceKind.COURT_CASE, *court, name, {"court": name}, sentence)
    for match in _FILINGS.finditer(text, block.start, block.end):
        sentence = "The text does not say in which case the papers were filed; find the case."
        yield Reference(SourceKind.COURT_FILING, *match.span(), one_line(match.group()), {}, sentence)


def courts(text: str, block: Span) -> list[Span]:
    """Return where courts are named: "Supreme Court of Freedonia", "9th Circuit Court of Appeals"."""
    found: list[Span] = []
    for match in _COURT.finditer(text, block.start, block.end):
        if found and match.start() < found[-1].end:
            continue
        start = name_before(text, match.start(), found[-1].end if found else block.start)
        # "Judges of the Lamp County Court": what stands before "the" is no part of the court's name.
        the = [article.end() for article in _THE.finditer(text, start, match.start())]
        start = the[-1] if the else start
        end = match.end()
        for pattern in (_COURT_OF, _COURT_FOR, _COURT_FOR):
            more = pattern.match(text, end, min(block.end, end + 120))
            if more is not None:
                end = more.start() + len(more.group().rstrip(" .\n\t"))
        if end - start and text[start:end].casefold() not in _NAMES_NO_COURT:
            found.append(Span(start, end))
    return found


def court_near(text: str, start: int, end: int, block: Span) -> str:
    """Return the name of the court nearest to text[start:end], "" where none stands close by."""
    nearest_start = max(block.start, start - _NEAR)
    if text.find("Court", nearest_start, min(block.end, end + _NEAR)) < 0:
        return ""
    # Half a court is another court: names are read from further away than they may end.
    around = Span(max(block.start, nearest_start - _WIDEST), min(block.end, end + _NEAR + _WIDEST))
    named = [
        court for court in courts(text, around) if court.end > nearest_start and court.start < end + _NEAR
    ]
    if not named:
        return ""
    nearest = min(named, key=lambda court: max(court.start - end, start - court.end))
    return one_line(nearest.of(text))


def _case(text: str, start: int, end: int, block: Span) -> Reference:
    name = one_line(text[start:end])
    fields = {"title": name}
    court = court_near(text, start, end, block)
    if court:
        fields["court"] = court
    return Reference(SourceKind.COURT_CASE, start, end, name, fields)


def _docket(text: str, start: int, end: int, block: Span, decision: bool = False) -> Reference:
    name = re.sub("[–‑]", "-", one_line(text[start:end]))
    fields = {"citation" if decision else "docket_number": name}
    court = court_near(text, start, end, block)
    if court:
        fields["court"] = court
    return Reference(SourceKind.COURT_CASE, start, end, name, fields)
