"""All that the words of a text rest on, in one pass over its blocks. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from articles.importing.references.agencies import find_agency_reports
from articles.importing.references.cases import find_cases, find_dockets, find_federal_dockets, find_rulings
from articles.importing.references.citations import find_citations
from articles.importing.references.outlets import find_outlets, may_name_outlets
from articles.importing.references.platforms import PLATFORMS, find_platform_rules, find_posts
from articles.importing.references.reference import Reference
from articles.importing.references.statutes import find_acts, find_amendments, find_codes, find_european_law
from articles.importing.references.web_addresses import ENDINGS, find_addresses
from articles.importing.references.works import find_works
from articles.spans import Span
from articles.vocabulary import COURT_KINDS, SourceKind

_Finder = Callable[[str, Span], Iterator[Reference]]

_WORD = re.compile(r"\w+")
_PLATFORM_WORDS = frozenset(platform.split()[-1] for platform in PLATFORMS)
_FIGURE_WORDS = frozenset(
    {
        "according", "According", "report", "data", "figures", "statistics", "numbers", "study",
        "analysis", "survey", "estimate", "estimates", "audit", "forecast", "projection", "projections",
        "review", "records", "findings", "documents", "poll", "outlook", "assessment", "release",
        "dataset", "counts", "tables", "Data", "Figures",
    }
)  # fmt: skip
_WORK_WORDS = frozenset(
    {
        "film", "films", "movie", "movies", "documentary", "documentaries", "docuseries", "docudrama",
        "mockumentary", "book", "books", "novel", "novels", "memoir", "memoirs", "biography",
        "biographies", "autobiography", "autobiographies", "bestseller",
    }
)  # fmt: skip
_RULE_WORDS = frozenset(
    {
        "policy", "policies", "polices", "Policy", "Policies", "Polices", "rules", "Rules",
        "guidelines", "Guidelines", "standards", "Standards", "terms", "Terms", "conduct", "Conduct",
    }
)  # fmt: skip
_PAPER_WORDS = frozenset({"Court", "Courts", "Tribunal", "according", "According"})
_ACT_WORDS = frozenset(
    {"Act", "Acts", "Code", "Constitution", "Convention", "Charter", "Ordinance", "Penal", "Section", "Title"}
)
_EUROPEAN_WORDS = frozenset(
    {
        "GDPR", "Regulation", "Directive", "Decision", "StGB", "BGB", "StPO", "ZPO", "UrhG", "TMG",
        "NetzDG", "AufenthG", "BDSG", "UWG", "AO", "SGB", "GG",
    }
)  # fmt: skip
_DOCKET_WORDS = frozenset(
    {
        "No", "Nos", "no", "number", "numbers", "Number", "Docket", "ECLI", "Case", "Cases", "case",
        "UKSC", "UKPC", "UKHL", "EWCA", "EWHC", "EWCOP", "UKUT", "UKFTT", "CSIH", "CSOH", "HCJAC",
        "NICA", "NIKB", "NIQB", "IESC", "IECA", "IEHC", "HCA", "FCA", "FCAFC", "NSWCA", "NSWSC", "VSCA",
        "NZSC", "NZCA", "NZHC", "ZACC", "ZASCA", "SGCA", "SGHC", "SCC", "ONCA", "BCCA", "ABCA", "QCCA",
    }
)  # fmt: skip
_POST_WORDS = frozenset(
    {
        "tweet", "Tweet", "post", "posts", "posted", "posting", "wrote", "said", "thread", "video",
        "statement", "message", "comment", "comments", "announced", "shared", "writing", "Posts",
        "Post", "tweeted",
    }
)  # fmt: skip
_NOWHERE = frozenset({"tweet", "Tweet", *_PLATFORM_WORDS})
# Each finder with words of which a text must hold one of every set, since most texts hold few of them.
_FINDERS: tuple[tuple[_Finder, tuple[frozenset[str], ...]], ...] = (
    (find_citations, ()),
    (find_federal_dockets, ()),
    (find_dockets, (_DOCKET_WORDS,)),
    (find_cases, (frozenset({"v", "vs", "re", "Ex", "Matter", "matter"}),)),
    (find_rulings, (_PAPER_WORDS,)),
    (find_codes, (frozenset({"U", "USC", "CFR", "Pub", "Public", "P", "C"}),)),
    (find_acts, (_ACT_WORDS,)),
    (find_european_law, (_EUROPEAN_WORDS,)),
    (find_amendments, (frozenset({"Amendment"}),)),
    (find_platform_rules, (_RULE_WORDS, _PLATFORM_WORDS)),
    (find_works, (_WORK_WORDS,)),
    (find_agency_reports, (_FIGURE_WORDS,)),
    (
        find_addresses,
        (frozenset({"http", "https", "HTTP", "HTTPS", "Http", "Https", "www", "WWW", *ENDINGS}),),
    ),
    (find_posts, (_POST_WORDS, _NOWHERE)),
)


# What has one of these is made of numbers and marks: a name within it names nothing.
_CLOSED_FIELDS = frozenset({"url", "docket_number"})


def references(text: str, blocks: Sequence[Span]) -> list[Reference]:
    """Return what the blocks of a text rest on, in the order of the text; no two of one kind overlap.

    Every reference lies within a block; blocks do not overlap. Mentions are suggestions: a name that stands five
    times gives five references.
    """
    words = frozenset(_WORD.findall(text))
    worth = [finder for finder, needed in _FINDERS if not any(words.isdisjoint(one) for one in needed)]
    if "@" in text and find_posts not in worth:
        worth.append(find_posts)
    found = list(find_outlets(text, blocks)) if may_name_outlets(words) else []
    for block in blocks:
        for finder in worth:
            found += finder(text, block)
    return _settled(text, sorted(found, key=_order))


def _order(reference: Reference) -> tuple[int, int]:
    """Sort by place, the longer first."""
    return reference.start, -reference.end


def _settled(text: str, found: Sequence[Reference]) -> list[Reference]:
    """Return the references without those that lie in a longer one of their kind, in an address or in a docket number,
    and without names of cases that are told again by the number right behind them."""
    settled: list[Reference | None] = []
    # Where in the list the last of each kind stands, and the last words that have no other words within.
    last: dict[SourceKind, int] = {}
    closed = Span(0, 0)
    for one in found:
        is_closed = not _CLOSED_FIELDS.isdisjoint(one.fields)
        if closed.meets(one.span) and not is_closed:
            continue
        position = last.get(one.kind, -1)
        before = settled[position] if position >= 0 else None
        if before is not None and before.span.meets(one.span):
            if before.end - before.start >= one.end - one.start:
                continue
            settled[position] = None
        elif before is not None and one.kind in COURT_KINDS and _tells_again(before, one, text):
            # "Field v. Harbour, 12 U.S. 345" is one case: its name is the title of the citation.
            settled[position] = None
            court = before.fields.get("court", "")
            one = replace(
                one, fields={**({"court": court} if court else {}), **one.fields, "title": before.name}
            )
        if is_closed:
            closed = one.span
        last[one.kind] = len(settled)
        settled.append(one)
    return [one for one in settled if one is not None]


def _tells_again(name: Reference, number: Reference, text: str) -> bool:
    """Does a citation or docket number follow right upon the name of its case?"""
    if "citation" in name.fields or "docket_number" in name.fields or "title" not in name.fields:
        return False
    if not ("citation" in number.fields or "docket_number" in number.fields):
        return False
    between = text[name.end : number.start]
    return len(between) < 12 and between.strip(" ,\n(").casefold() in ("", "no.", "case no.", "nos.")
