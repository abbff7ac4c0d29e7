"""Where a name begins and ends: capitalised words and what stands between them. No Django in here."""

from __future__ import annotations

import re

# Small words that stand inside names of parties, courts and acts, never at their edges.
_SMALL = frozenset(
    {
        "of",
        "the",
        "and",
        "&",
        "for",
        "de",
        "la",
        "du",
        "des",
        "von",
        "van",
        "ex",
        "rel.",
        "in",
        "on",
        "et",
        "al.",
    }
)
# Words that begin a sentence or a reference and so are capitalised without being part of a name.
_BEFORE_NAMES = frozenset(
    {
        "among", "amid", "despite", "once", "even", "only", "still", "most", "some", "many", "all", "today", "monday",
        "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "last", "earlier", "later", "now",
        "see", "also", "cf", "cf.", "e.g.", "in", "under", "the", "a", "an", "but", "and", "as", "when",
        "after", "before", "while", "since", "if", "because", "although", "though", "both", "compare",
        "contra", "accord", "citing", "quoting", "overruling", "cited", "it", "this", "that", "these",
        "those", "its", "his", "her", "their", "our", "like", "unlike", "with", "without", "from", "by",
        "for", "on", "at", "to", "following", "during", "per", "where", "until", "who", "which", "not",
        "court", "case", "brief", "statement", "reargument", "reply", "respondents", "appellees",
        "appellants", "petitioners", "transcript", "record", "affirming", "reversing", "nor", "so",
        "then", "thus", "yet", "he", "she", "they", "we", "you", "i",
    }
)  # fmt: skip
_CORPORATE = re.compile(
    r"(?:Inc|LLC|L\.L\.C|Ltd|Corp|Co|LLP|L\.P|LP|N\.A|S\.A|P\.C|GmbH|AG|Jr|Sr|et al)\b\.?"
)
_VERSUS = frozenset({"v.", "vs.", "v", "vs"})
_TOKEN = re.compile(r"\S+")
_GAP = re.compile(r"\n[^\S\n]*\n|\x0c")
_CAPITAL = re.compile(r"[“\"'‘(]?(?:[^\W\d_a-z]|[A-Z])")
_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th|d)$")
# Characters and words a name may have on one side.
_WIDEST = 120
_MOST = 12


def name_before(text: str, end: int, limit: int) -> int:
    """Return where the name that ends at `end` begins, not before `limit`; `end` where there is none."""
    window = max(limit, end - _WIDEST)
    # A name does not run on over an empty line or a new page.
    window += max((gap.end() for gap in _GAP.finditer(text[window:end])), default=0)
    tokens = list(_TOKEN.finditer(text, window, end))
    start = end
    following = ""
    for token in reversed(tokens[-_MOST:]):
        word = token.group()
        # "R (Lamp) v Harbour": who the crown asks for.
        if word[0] == "(" and word[-1] == ")":
            following = word
            continue
        # A comma parts two names, unless a company's form follows it.
        if start != end and word[-1] in ',;:)”"' and not (word[-1] == "," and _CORPORATE.match(following)):
            break
        bare = word.strip('“”"‘(,')
        if bare in _SMALL:
            following = word
            continue
        if not (_CAPITAL.match(bare) or _ORDINAL.match(bare)) or (start != end and _ends_sentence(bare)):
            break
        if bare.casefold() in _BEFORE_NAMES:
            break
        start = token.end() - len(word.lstrip('“”"‘('))
        following = word
        if word[0] in '“"‘(':
            break
    return start


def name_after(text: str, start: int, limit: int) -> int:
    """Return where the name that begins at `start` ends, not after `limit`; `start` where there is none."""
    end = start
    gap = _GAP.search(text, start, min(limit, start + _WIDEST))
    tokens = list(_TOKEN.finditer(text, start, gap.start() if gap else min(limit, start + _WIDEST)))[:_MOST]
    for position, token in enumerate(tokens):
        word = token.group()
        bare = word.rstrip('”"’,;:.)!?]')
        following = tokens[position + 1].group() if position + 1 < len(tokens) else ""
        # "… v. Lantern and Harbour v. Tides" are two cases.
        if following in _VERSUS:
            break
        if bare in _SMALL or word in _SMALL:
            if position == 0 and bare != "the":
                break
            if word[-1] in ",;:":
                break
            if word == "al.":
                end = token.end()
            continue
        if not _CAPITAL.match(word) or not bare:
            break
        if end != start and bare.casefold() in _BEFORE_NAMES and not word.endswith("."):
            break
        core = word.rstrip('”"’,;:)!?]')
        if core == "No." and following[:1].isdigit():
            return tokens[position + 1].start() + len(following.rstrip(",.;:)"))
        abbreviated = core.endswith(".") and (bool(_CORPORATE.fullmatch(core)) or _is_abbreviation(bare))
        end = token.start() + len(bare) + (1 if abbreviated else 0)
        if bare.endswith(("’s", "'s")):
            return end - 2
        if word.endswith(",") and _CORPORATE.match(following):
            continue
        if len(word) > len(bare) + abbreviated:
            break
    return end


def _is_abbreviation(bare: str) -> bool:
    return len(bare) <= 2 or "." in bare or bare in _ABBREVIATED


_ABBREVIATED = frozenset(
    {
        "Ass'n", "Ass’n", "Assn", "Bd", "Comm", "Comm'n", "Comm’n", "Dep't", "Dep’t", "Dist", "Ed",
        "Educ", "Elec", "Fed", "Gov't", "Gov’t", "Hosp", "Indus", "Inst", "Int'l", "Int’l", "Ins",
        "Lab", "Mfg", "Mun", "Nat'l", "Nat’l", "Pub", "Ry", "Sch", "Sec", "Serv", "Sys", "Tel",
        "Transp", "Twp", "Univ", "Util", "Mr", "Mrs", "Ms", "Dr", "St", "Mt", "Cmty", "Coll", "Cal",
        "Tex", "Prods", "Farm", "Bros", "Sup", "Ct", "Cir", "App", "Cas", "Cnty",
    }
)  # fmt: skip


def _ends_sentence(bare: str) -> bool:
    """Does the word close the sentence before the name, rather than shorten something within it?"""
    return (
        bare.endswith((".", "!", "?")) and not _CORPORATE.fullmatch(bare) and not _is_abbreviation(bare[:-1])
    )
