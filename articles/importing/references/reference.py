"""What a finder of references hands back. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from articles.spans import Span
from articles.vocabulary import SourceKind


@dataclass(frozen=True, slots=True)
class Reference:
    """Words of a text, text[start:end], that name something the text rests on.

    `name` is its normalised name or identifier. `fields` are what a Source of this kind would hold, as far as the
    text says so: court, docket_number, citation, jurisdiction, platform, account, url, publisher, title, published.
    `confirm` is a sentence where a person has to look, "" where nobody has to.
    """

    kind: SourceKind
    start: int
    end: int
    name: str
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    confirm: str = ""

    @property
    def span(self) -> Span:
        """Return where the words stand."""
        return Span(self.start, self.end)


def one_line(words: str) -> str:
    """Return words of a text with every run of white space as one space."""
    return " ".join(words.split())


# What reports do, right behind the name of whoever reports, and what stands right before such a name.
_REPORTS_AFTER = re.compile(
    r"(?:[’']s?)?(?:,?\s+(?:also|first|later|has|have|had|previously|recently|separately|\w{1,12}ly)){0,2}\s+"
    r"(?:reported|reports|reporting|report|said|says|wrote|writes|revealed|published|publishes|noted|notes|"
    r"quoted|quotes|cited|cites|obtained|investigates|broke|interviewed|found|claimed|described|called|editorial|editorials|"
    r"editorialized|op-ed|column|columnist|correspondent|reporter|reporters|journalist|journalists|story|article|"
    r"articles|investigation|interview|poll|survey|newspaper|magazine|newsroom|points\s+out|pointed\s+out|fails\s+to)\b"
)
_REPORTS_BEFORE = re.compile(
    r"(?i:\b(?:told|tells|telling|according\s+to|reported\s+(?:by|in)|published\s+(?:by|in)|citing|cites|cited\s+by|"
    r"quoted\s+(?:by|in)|wr(?:o|i)te(?:s|ing)?\s+(?:in|for)|written\s+for|interview(?:ed)?\s+(?:with|by|to|in)|"
    r"spoke\s+(?:to|with)|speaking\s+to|statement\s+to|"
    r"(?:report|reports|reporting|story|article|investigation|column|op-ed|editorial|review|letter|essay|piece|poll|"
    r"headline|correspondent|reporter|columnist|journalist)\s+(?:by|in|from|for|at|of)|"
    r"newspapers?|newspaper,|magazine|magazine,|daily|weekly|tabloid|broadcaster|agency|outlet|network|website|"
    r"seen\s+by|viewed\s+by|obtained\s+by|reviewed\s+by|confirmed\s+to|emailed|texted))"
    r"\s+(?:that\s+)?(?:[Tt]he\s+)?[“\"'‘]?$"
)
_AROUND = 60


def is_reported(text: str, start: int, end: int, block: Span) -> bool:
    """Does text[start:end] stand where a text says who reports, "told the …", "the … reported"?"""
    after = text[end : min(block.end, end + _AROUND)]
    if _REPORTS_AFTER.match(after):
        return True
    return _REPORTS_BEFORE.search(text[max(block.start, start - _AROUND) : start]) is not None
