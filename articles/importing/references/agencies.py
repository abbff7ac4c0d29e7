"""Reports and figures of public bodies, where the text says that it goes by them. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from articles.importing.references.reference import Reference
from articles.spans import Span
from articles.vocabulary import SourceKind

#: Offices whose business is figures: what they put out is data.
_OF_FIGURES: dict[str, str] = {
    "Eurostat": "Eurostat",
    "Bureau of Labor Statistics": "Bureau of Labor Statistics",
    "BLS": "Bureau of Labor Statistics",
    "Census Bureau": "Census Bureau",
    "U.S. Census": "Census Bureau",
    "Office for National Statistics": "Office for National Statistics",
    "ONS": "Office for National Statistics",
    "Statistics Canada": "Statistics Canada",
    "StatCan": "Statistics Canada",
    "Australian Bureau of Statistics": "Australian Bureau of Statistics",
    "Destatis": "Destatis",
    "Federal Statistical Office": "Federal Statistical Office",
    "INSEE": "INSEE",
    "Istat": "Istat",
    "Statistics Norway": "Statistics Norway",
    "Statistics Netherlands": "Statistics Netherlands",
    "Statistics Finland": "Statistics Finland",
    "Statistics Sweden": "Statistics Sweden",
    "Stats NZ": "Stats NZ",
    "National Bureau of Statistics": "National Bureau of Statistics",
    "Central Statistics Office": "Central Statistics Office",
    "Bureau of Economic Analysis": "Bureau of Economic Analysis",
    "Bureau of Justice Statistics": "Bureau of Justice Statistics",
    "National Center for Health Statistics": "National Center for Health Statistics",
    "National Center for Education Statistics": "National Center for Education Statistics",
    "Energy Information Administration": "Energy Information Administration",
}
_OF_STATES: dict[str, str] = {
    "CBO": "Congressional Budget Office",
    "Congressional Budget Office": "Congressional Budget Office",
    "GAO": "Government Accountability Office",
    "Government Accountability Office": "Government Accountability Office",
    "Congressional Research Service": "Congressional Research Service",
    "FBI": "FBI",
    "CDC": "CDC",
    "FDA": "FDA",
    "EPA": "EPA",
    "NOAA": "NOAA",
    "NASA": "NASA",
    "NTSB": "NTSB",
    "FAA": "FAA",
    "FEMA": "FEMA",
    "FTC": "FTC",
    "FCC": "FCC",
    "FEC": "FEC",
    "OSHA": "OSHA",
    "USDA": "USDA",
    "USGS": "USGS",
    "NIH": "NIH",
    "IRS": "IRS",
    "DHS": "DHS",
    "Centers for Disease Control and Prevention": "CDC",
    "Environmental Protection Agency": "EPA",
    "Food and Drug Administration": "FDA",
    "National Weather Service": "National Weather Service",
    "U.S. Geological Survey": "USGS",
    "Geological Survey": "USGS",
    "Federal Trade Commission": "FTC",
    "National Transportation Safety Board": "NTSB",
    "Federal Reserve": "Federal Reserve",
    "European Central Bank": "European Central Bank",
    "Bank of England": "Bank of England",
    "Bundesbank": "Bundesbank",
    "European Commission": "European Commission",
    "Met Office": "Met Office",
    "National Audit Office": "National Audit Office",
    "Office for Budget Responsibility": "Office for Budget Responsibility",
    "Ofcom": "Ofcom",
    "NHS England": "NHS England",
    "Treasury Department": "Treasury Department",
    "Justice Department": "Justice Department",
    "State Department": "State Department",
    "Labor Department": "Labor Department",
    "Commerce Department": "Commerce Department",
    "Agriculture Department": "Agriculture Department",
    "Education Department": "Education Department",
    "Defense Department": "Defense Department",
    "Home Office": "Home Office",
    "Environment Agency": "Environment Agency",
}
_OF_MANY_STATES: dict[str, str] = {
    "OECD": "OECD",
    "IMF": "International Monetary Fund",
    "International Monetary Fund": "International Monetary Fund",
    "World Bank": "World Bank",
    "WHO": "World Health Organization",
    "World Health Organization": "World Health Organization",
    "World Health Organisation": "World Health Organization",
    "UNHCR": "UNHCR",
    "UNICEF": "UNICEF",
    "UNESCO": "UNESCO",
    "International Energy Agency": "International Energy Agency",
    "IEA": "International Energy Agency",
    "IPCC": "IPCC",
    "International Labour Organization": "International Labour Organization",
    "Pew Research Center": "Pew Research Center",
    "Gallup": "Gallup",
    "Amnesty International": "Amnesty International",
    "Human Rights Watch": "Human Rights Watch",
    "Transparency International": "Transparency International",
    "World Meteorological Organization": "World Meteorological Organization",
    "World Trade Organization": "World Trade Organization",
    "Food and Agriculture Organization": "Food and Agriculture Organization",
}
_ISSUERS: dict[str, tuple[SourceKind, str]] = {
    **{name: (SourceKind.DATASET, full) for name, full in _OF_FIGURES.items()},
    **{name: (SourceKind.GOVERNMENT_STATEMENT, full) for name, full in _OF_STATES.items()},
    **{name: (SourceKind.ORGANISATION_STATEMENT, full) for name, full in _OF_MANY_STATES.items()},
}
_FIRST_WORDS = frozenset(name.split()[0].rstrip(".") for name in _ISSUERS)
_ISSUER = re.compile(
    r"(?:" + "|".join(sorted(map(re.escape, _ISSUERS), key=len, reverse=True)) + r")(?![\w-])"
)
_WORD = re.compile(r"[A-Z][\w.]*")
_WITHIN = re.compile(r"[\w.@#/-]")
_FIGURES = r"data|figures|statistics|numbers|dataset|estimates?|counts?|tables?"
_PAPERS = (
    r"report|study|analysis|audit|survey|projections?|forecast|review|findings|"
    r"records|documents|outlook|assessment|press\s+release|poll"
)
# What a report is called besides. Any word would do harm: "asked the agency to review" is no review.
_WHICH = (
    r"annual|yearly|monthly|quarterly|weekly|daily|latest|recent|new|newest|own|first|second|preliminary|official|final|draft|"
    r"internal|crime|jobs?|inflation|economic|mortality|health|population|employment|unemployment|budget|labor|labour|"
    r"price|prices|trade|climate|safety|weather|temperature|census|household|national|global|federal|updated|special|"
    r"(?:19|20)\d\d"
)
_AFTER = re.compile(
    rf"(?:[’']s?)?\s+(?:(?:{_WHICH})\s+){{0,3}}(?:({_FIGURES})|({_PAPERS}))\b(?!\s+by\s+[a-z]+ing)"
)
_BEFORE = re.compile(
    rf"\b(?:(according\s+to)|(?:({_FIGURES})|({_PAPERS}))\s+(?:from|by|of|(?:published|released|compiled|issued|collected|"
    r"produced|provided|conducted|gathered)\s+by))\s+(?:the\s+)?(?:federal\s+)?(?:U\.S\.\s+|US\s+|UN\s+|UK\s+)?$",
    re.IGNORECASE,
)


def find_agency_reports(text: str, block: Span) -> Iterator[Reference]:
    """Yield public bodies where the text goes by their report or figures: "a CBO report", "according to Eurostat"."""
    last = block.start
    for word in _WORD.finditer(text, block.start, block.end):
        if word.start() < last or word.group().rstrip(".") not in _FIRST_WORDS:
            continue
        if word.start() > block.start and _WITHIN.match(text[word.start() - 1]):
            continue
        match = _ISSUER.match(text, word.start(), block.end)
        if match is None:
            continue
        last = match.end()
        after = _AFTER.match(text, match.end(), min(block.end, match.end() + 80))
        before = _BEFORE.search(text[max(block.start, match.start() - 60) : match.start()])
        if after is None and before is None:
            continue
        kind, issuer = _ISSUERS[match.group()]
        figures = (after is not None and after[1]) or (before is not None and before[2])
        if figures and kind is not SourceKind.ORGANISATION_STATEMENT:
            kind = SourceKind.DATASET
        elif (after is not None and after[2]) and kind is SourceKind.DATASET:
            kind = SourceKind.GOVERNMENT_STATEMENT
        yield Reference(kind, match.start(), match.end(), issuer, {"publisher": issuer})
