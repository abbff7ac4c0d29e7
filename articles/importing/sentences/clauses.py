"""Finds the claims that are joined in one sentence. No Django in here.

Only what joins clauses in plain sight is followed: a semicolon, a conjunction with a new subject and its verb, a
second verb of the same subject, an addition with "which" or "who". In doubt the sentence stays whole: an editor
cuts it in a moment, but a wrong piece says what nobody said.
"""

from __future__ import annotations

import re

from articles.importing.sentences import verbs
from articles.spans import Span

# A longer sentence is a list or a text that lost its full stops.
_LONGEST = 1500
_SHORTEST = 40
# Words of a clause; "He did." is one, but not one that needs to be parted.
_FEWEST_WORDS = 3
_LOOK_BACK = 12

_FINITE = (
    rf"(?:{verbs.AUXILIARIES}|{verbs.PAST_ONLY}|{verbs.PAST}|{verbs.PAST_WITHOUT_OBJECT}|{verbs.PRESENT})\b"
)
# A regular past before an object or a gerund; before a preposition it may be a participle: "men accused of".
_WITH_OBJECT = (
    r"[a-z]{2,14}ed\b(?= (?:(?:the|a|an|his|her|its|their|our|my|him|them|it|us|me|that|this|these|those|all|more|many|"
    r"no|some|two|three|four|five|six|seven|eight|nine|ten)\b|\d|\$|[A-Z“\"]"
    r"|(?!during|including|according|regarding|concerning|following)[a-z]+ing\b))"
)
_ADVERBS = rf"(?:(?:{verbs.ADVERBS}|[a-z]{{3,14}}ly) ){{0,2}}"
_VERB = rf"(?:{_FINITE}|{_WITH_OBJECT})"
_NAMELESS = r"(?:he|she|they|we|I)"
# Without "that": it may go on with an earlier one, as in "said that … and that …".
_PRONOUN = (
    r"(?:it|you|there|everyone|nobody|somebody|someone|everybody|anyone|this|these|those|none|most|many|some|others|"
    r"both)"
)
_CONTRACTED = r"(?:I|he|she|it|they|we|you|that|there|who)[’'](?:s|re|ve|m|d|ll)\b"
# Words that no simple subject holds: with them the verb may belong to something else.
_NOT_IN_SUBJECT = (
    r"(?:and|or|but|nor|which|who|whom|whose|that|to|when|where|if|because|as|while|than|how|why|what|after|before|"
    r"is|are|was|were)\b"
)
_WORD = r"[\w$£€][\w’'.&$%/-]{0,30}"
_SUBJECT = (
    r"(?:(?:the|a|an|his|her|its|their|our|my|your|this|these|those|some|many|most|all|both|several|few|no|each|"
    r"every|another|one|two|three|four|five|six|seven|eight|nine|ten|more|such|\d[\d,.]{0,12}|[A-Z][\w’'.&-]{0,30})"
    rf"(?: (?!{_NOT_IN_SUBJECT}){_WORD}){{0,7}}?)"
)
_CLAUSE = re.compile(
    rf"(?:{_CONTRACTED}|{_NAMELESS} {_ADVERBS}[a-z]{{2,}}\b|{_PRONOUN} {_ADVERBS}{_VERB}"
    rf"|(?P<subject>{_SUBJECT}) {_ADVERBS}(?P<verb>{_VERB}))"
)
_PAIRED = re.compile(rf"{_SUBJECT} and {_SUBJECT} {_ADVERBS}{_VERB}")
_HAS_VERB = re.compile(
    rf"{_CONTRACTED}|\b(?:{_FINITE}|(?<!to )(?:have|do)\b|(?!\w*(?:eed|hundred)\b)[a-z]{{2,14}}ed\b"
    rf"|(?:they|we|I|you) {_ADVERBS}[a-z]{{2,}}\b)"
)
# Every alternative begins with the same few characters: so a sentence without them is passed over in C.
_JOINT = re.compile(
    r"[,; ](?:"
    r"(?<=;)(?P<semicolon> ?(?:(?:and|but|so|yet) )?)"
    r"|(?:(?<=,) |(?<= ))(?:(?P<and>and|but|then|so|yet) (?:then )?"
    r"|(?:(?:shortly|soon|immediately|right|even) )?(?P<under>while|whereas|although|though|because|after) )"
    r"|(?P<relative>(?<=,) (?=(?:which|who) )|(?<= )(?=which (?:he|she|they|it|we|I|you) )"
    r"(?<! in )(?<! on )(?<! at )(?<! of )(?<! by )(?<! to )(?<!for )(?<!with )(?<!from )(?<!into )(?<!over )"
    r"(?<!under )(?<!upon )(?<!about )(?<!after )(?<!during )(?<!through ))"
    r"|(?<= )(?:claims?|lies?|allegations?|accusations?|rumou?rs?|assertions?|suggestions?|theory) (?P<content>that )"
    r")"
)
_RELATIVE = re.compile(
    rf"(?:which|who) {_ADVERBS}{_VERB}"
    rf"|which (?:(?:he|she|they|it|we|I|you) {_ADVERBS}[a-z]{{2,}}\b|{_SUBJECT} {_ADVERBS}{_VERB})"
)
_GOES_ON = re.compile(rf", {_ADVERBS}{_VERB}")
# A second verb of the same subject. Forms that may be infinitives too say nothing.
_SECOND_VERB = re.compile(
    rf"{_ADVERBS}(?:(?P<finite>(?!had\b|did\b|does\b)(?:{verbs.AUXILIARIES})\b|(?:{verbs.PAST_ONLY})\b)"
    rf"|(?!cost|put|quit|read|set|shut|split|spread|left)(?:(?:{verbs.PAST})\b|{_WITH_OBJECT}))"
)
_PASSIVE = re.compile(rf"\b(?:{verbs.BE_AND_HAVE})\b|[’'](?:s|re|ve|d)\b")
_SIMPLE_PAST = re.compile(rf"\b(?:{verbs.PAST_ONLY}|{verbs.PAST}|[a-z]{{2,14}}ed)\b")
# "Not because …" denies it, and "three days after …" measures from it: neither is said by itself.
_BOUND = re.compile(
    r"\b(?:just|only|not|simply|merely|partly|part|largely|mainly|least|hours?|days?|weeks?|months?|years?|minutes?|moments?|long|"
    r"ever|look(?:s|ed|ing)?|named)\Z"
)
_LAST_AUXILIARY = re.compile(rf"\b(?:{verbs.AUXILIARIES}|have|do|to)\Z")
# After these a clause is still to come: a verb behind "and" may be its verb.
_OPENER = re.compile(
    rf"\b(?:(?:{verbs.CLAUSE_TAKING})\b(?! (?:to|of|about|on|by|for|in|from|at|with)\b)"
    r"|(?:that|whether|because|while|when|where|how|why|as|although|though|since|after|before|until|between|both|than)\b)"
)
_CONDITION = re.compile(
    r"\b(?:if|unless|whether|either|neither|not only|in order|so that|such that)\b", re.IGNORECASE
)
_OPENING = re.compile(
    r"(?P<under>While|Whereas|Although|Though|Because|After|Since) "
    r"|(?:If|Unless|When|Whenever|Had|Should|Suppose|Whether|Let|Imagine|Either|Neither|Not only)\b"
)
_EDGES = " \t,;:.!?…—–-"
_QUOTES = '“”"'
_FLAT = str.maketrans("\n\t\u00a0\u202f\u2009", "     ")


def clauses(text: str, start: int, end: int) -> list[Span]:
    """Return the parts of the sentence text[start:end] that are claims of their own, in order.

    The list is empty where it makes one claim. The parts are exact and have no punctuation at their edges. One
    that is added with "which" or "who" in the middle of another lies within it; others do not overlap.
    """
    if not _SHORTEST <= end - start <= _LONGEST or text[end - 1] == "?":
        return []
    flat = text[start:end].translate(_FLAT)
    opening = _OPENING.match(flat)
    if opening is not None and opening["under"] is None:
        return []
    found = _parts(flat, opening)
    if len(found) < 2:
        return []
    parts = sorted({_trimmed(flat, *part) for part in found}, key=lambda part: (part[0], -part[1]))
    if len(parts) < 2 or not all(_is_whole(flat, *part) for part in parts):
        return []
    return [Span(start + first, start + last) for first, last in parts]


def _parts(flat: str, opening: re.Match[str] | None) -> list[tuple[int, int]]:
    """Return where the clauses begin and end, conjunctions left out; at most one where nothing is joined."""
    parts: list[tuple[int, int]] = []
    begin = skipped = 0
    if opening is not None:
        comma = _main_clause(flat, opening.end())
        if comma < 0:
            return []
        parts.append((opening.end(), comma))
        begin = comma + 2
    for joint in _JOINT.finditer(flat, begin):
        left, right = joint.start(), joint.end()
        if left < skipped:
            continue
        if joint["relative"] is not None:
            closing = _relative_end(flat, right)
            if closing is None:
                continue
            if closing < len(flat):
                parts.append((right, closing))
                skipped = closing
                continue
        elif joint["content"] is not None:
            left = joint.start("content")
        if _parts_clauses(flat, begin, left, right, joint):
            parts.append((begin, left))
            begin = right
    parts.append((begin, len(flat)))
    return parts


def _main_clause(flat: str, begin: int) -> int:
    """Return the comma behind "While …", where the main clause follows it; -1 where none does."""
    at = flat.find(", ", begin)
    while at >= 0:
        if _HAS_VERB.search(flat, begin, at) and _CLAUSE.match(flat, at + 2):
            return at
        at = flat.find(", ", at + 2)
    return -1


def _relative_end(flat: str, begin: int) -> int | None:
    """Return the comma after which the main clause goes on, or the sentence's end; None for no clause at all."""
    match = _RELATIVE.match(flat, begin)
    if match is None:
        return None
    at = flat.find(", ", match.end())
    while at >= 0:
        if _GOES_ON.match(flat, at) and _is_closed(flat, begin, at):
            return at
        at = flat.find(", ", at + 2)
    return len(flat)


def _parts_clauses(flat: str, begin: int, left: int, right: int, joint: re.Match[str]) -> bool:
    """Is there a whole clause in flat[begin:left] and another from `right` on?"""
    if not _HAS_VERB.search(flat, begin, left) or _CONDITION.search(flat, begin, left):
        return False
    if not _is_balanced(flat, begin, left):
        return False
    if joint["relative"] is not None:
        return True
    clause = _CLAUSE.match(flat, right)
    if joint["semicolon"] is not None or joint["content"] is not None:
        return clause is not None
    if not _is_closed(flat, begin, left):
        return False
    if joint["under"] is not None:
        bound = _BOUND.search(flat, max(begin, left - _LOOK_BACK), left)
        return bound is None and (clause is not None or _PAIRED.match(flat, right) is not None)
    parted = flat[left] == ","
    adding = joint["and"] in ("and", "but")
    if clause is not None:
        return parted or (adding and not _may_be_coordinated(clause))
    if not adding:
        return False
    if parted and _PAIRED.match(flat, right) is not None:
        return True
    return _has_second_verb(flat, begin, left, right)


def _is_closed(flat: str, begin: int, left: int) -> bool:
    """Has the clause that was opened last, by "that" or "he said", got its verb already?"""
    opened = begin
    for opener in _OPENER.finditer(flat, begin, left):
        opened = opener.end()
    return opened == begin or _HAS_VERB.search(flat, opened, left) is not None


def _may_be_coordinated(clause: re.Match[str]) -> bool:
    """Could the subject be the second half of "the man and the guard were"?"""
    if clause["verb"] not in ("are", "were", "have"):
        return False
    return not clause["subject"].endswith("s")


def _has_second_verb(flat: str, begin: int, left: int, right: int) -> bool:
    """Does a second verb of the subject follow: "… won a contract and is a supplier"?"""
    match = _SECOND_VERB.match(flat, right)
    if match is None or _LAST_AUXILIARY.search(flat, max(begin, left - _LOOK_BACK), left):
        return False
    if match["finite"] is not None:
        return True
    return _PASSIVE.search(flat, begin, left) is None and _SIMPLE_PAST.search(flat, begin, left) is not None


def _trimmed(flat: str, begin: int, end: int) -> tuple[int, int]:
    """Return the part without punctuation at its edges, and without quotation marks that have no partner in it."""
    before = (-1, -1)
    while (begin, end) != before:
        before = (begin, end)
        begin += len(flat[begin:end]) - len(flat[begin:end].lstrip(_EDGES))
        end = begin + len(flat[begin:end].rstrip(_EDGES))
        if begin < end and not _is_balanced(flat, begin, end):
            if flat[end - 1] in _QUOTES:
                end -= 1
            elif flat[begin] in _QUOTES:
                begin += 1
    return begin, end


def _is_balanced(flat: str, begin: int, end: int) -> bool:
    """Does every quotation mark and bracket have its partner in flat[begin:end]?"""
    for opening, closing in ("“”", "()", "[]"):
        if flat.count(opening, begin, end) != flat.count(closing, begin, end):
            return False
    return flat.count('"', begin, end) % 2 == flat.count("''", begin, end) % 2 == 0


def _is_whole(flat: str, begin: int, end: int) -> bool:
    """Is this a claim: some words with a verb, no half of a quotation?"""
    return (
        len(flat[begin:end].split()) >= _FEWEST_WORDS
        and _HAS_VERB.search(flat, begin, end) is not None
        and _is_balanced(flat, begin, end)
    )
