"""Has this been checked already? From texts to the claims on record that say the same.

Candidates come from the search index, by their rarest words; what ranks them is `scoring`, from the texts alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import F, OuterRef
from django.db.models.functions import Left

from articles.matching.cleaning import LONGEST as LONGEST_TEXT
from articles.matching.cleaning import Post, cleaned
from articles.matching.features import Asked
from articles.matching.opposites import Clash, clash, shares
from articles.matching.reading import LONGEST, MOST, Wordings, wordings
from articles.matching.reasons import Reason, reasons
from articles.matching.scoring import Scored, scored
from articles.matching.weights import load
from articles.models import Claim, SearchDocument, Verdict
from articles.models.counting import some
from articles.models.recorded import at_desk
from articles.search.documents import BREAK
from articles.search.index import engine
from articles.search.query import passage

#: How many claims the index offers for a text.
CANDIDATES = 100
#: How many of them are read and ranked. Measured on labelled texts, those after them made no answer better, and a third
#: of the time went into them. Where only checked claims count, all are read.
LOOKED_AT = 60
#: How many claims can be left out by name.
MOST_WITHOUT = 1_000
# Of what says the opposite, or the same of other numbers, so much of the probability is left.
_LEFT = 0.1
# A claim that says the same has so much of its words, or of the text's, in common: two numbers and a name are no claim.
_LEAST_COMMON, _ALL = 0.25, 0.9
# Of one document, what holds so many wordings.
_READ = MOST * LONGEST


class Relation(StrEnum):
    """How a claim stands to a text: says the same, says the opposite, or is about the same things."""

    SAME = "same"
    OPPOSITE = "opposite"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class Match:
    """A claim on record beside a text.

    claim: its id. score: how probable it is that it says the same, 0 to 1, where half of the texts asked for have
    their claim on record. verdict: the slug of the rating that readers see today, None where there is none.
    """

    claim: int
    score: float
    relation: Relation
    reasons: list[Reason]
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is on record of a text: claims, the likest first, and sentences for who asked.

    already_checked: a claim that says the same has a verdict readers see. on_record: there is such a claim, be it
    checked or not.
    """

    text: str
    matches: list[Match] = field(default_factory=list)
    already_checked: bool = False
    on_record: bool = False
    notes: list[str] = field(default_factory=list)


def match(
    texts: Sequence[str],
    *,
    user: Any = None,
    limit: int = 5,
    using: str = "default",
    checked_only: bool = False,
    without: Collection[int] = (),
) -> list[Answer]:
    """Return an answer for each text: which claims, of those this user may see, say the same.

    `limit`: of one text, at most 30. `checked_only`: only claims with a verdict. `without`: ids of claims to leave out.
    Beside the index, which is asked once for each text, the number of queries does not depend on how many texts there
    are. Never raises for any text.
    """
    posts = [cleaned(text) for text in texts]
    left_out = set(without)
    reach = CANDIDATES if checked_only else LOOKED_AT
    ranked = [
        [pk for pk in _candidates(post, user, using, len(left_out)) if pk not in left_out][:reach]
        for post in posts
    ]
    offered = {pk for ids in ranked for pk in ids}
    said = _wordings(offered, user, using, checked_only)
    found: list[tuple[Post, list[tuple[int, Scored]]]] = []
    for post, ids in zip(posts, ranked, strict=True):
        ids = [pk for pk in ids if pk in said]
        best = scored(post, [said[pk] for pk in ids], limit=limit)
        found.append((post, [(ids[one.place], one) for one in best]))
    shown = {pk for _, some in found for pk, _ in some}
    verdicts = Verdict.objects.using(using).visible_to(user).ratings_today(shown)
    return [
        _answer(text, post, some, said, verdicts) for text, (post, some) in zip(texts, found, strict=True)
    ]


def _candidates(post: Post, user: Any, using: str, more: int) -> list[int]:
    """Return the ids of the claims with the rarest words of a text, best first."""
    query = passage(" ".join((post.said, post.author, post.date)))
    if not query:
        return []
    ranking = engine(using).rank(
        query, "rarest", ["claim"], at_desk(user), CANDIDATES + min(more, MOST_WITHOUT)
    )
    return list(dict.fromkeys(document >> 4 for document, _ in ranking.found))


def _wordings(ids: Iterable[int], user: Any, using: str, checked_only: bool) -> dict[int, tuple[str, ...]]:
    """Return claim → how it is worded: its statement, the words quoted from articles, the claims merged into it.

    Only for those of the claims that this user may see and that stand for themselves, asked in the same statement.
    """
    claims = Claim.objects.using(using).visible_to(user).standing()
    if checked_only:
        claims = claims.checked()
    audiences = (0, 1) if at_desk(user) else (0,)
    places = [pk * 16 + audience for pk in ids for audience in audiences]
    rows = SearchDocument.objects.using(using).filter(
        some(claims.filter(pk=OuterRef("object_id"))), pk__in=places
    )
    sign = BREAK.strip("'").strip()
    cut = rows.order_by("pk").values_list(F("pk"), Left("title", _READ), Left("body", _READ))
    return {
        pk >> 4: tuple(one for one in (*title.split("\n"), *body.split(sign)) if one.strip())
        for pk, title, body in cut
    }


def _answer(
    text: str,
    post: Post,
    found: Sequence[tuple[int, Scored]],
    said: dict[int, tuple[str, ...]],
    verdicts: dict[int, str],
) -> Answer:
    asked = Asked(post)
    matches = []
    for pk, one in found:
        claim = wordings(said[pk])
        differs = clash(post.said, claim.each)
        why = reasons(asked, claim, differs)
        relation = _relation(asked, claim, one, differs, bool(why))
        is_less = differs or (relation is not Relation.SAME and one.probability >= load().threshold)
        matches.append(
            Match(
                claim=pk,
                score=round(one.probability * (_LEFT if is_less else 1), 4),
                relation=relation,
                reasons=why,
                verdict=verdicts.get(pk),
            )
        )
    same = [one for one in matches if one.relation is Relation.SAME]
    return Answer(
        text,
        matches,
        any(one.verdict is not None for one in same),
        bool(same),
        _notes(post, bool(asked.said.tokens)),
    )


def _relation(asked: Asked, claim: Wordings, one: Scored, differs: Clash, share: bool) -> Relation:
    """`share`: the two have something in common that can be named."""
    if differs:
        return Relation.OPPOSITE if differs.is_opposite else Relation.RELATED
    if one.probability < load().threshold:
        return Relation.RELATED
    told = asked.whole
    common = max([max(shares(told, wording)) for wording in claim.each])
    # Small words alone, “what it would be about”, are no claim either, unless they are all of both.
    least = _LEAST_COMMON if share else _ALL
    return Relation.SAME if common >= least else Relation.RELATED


def _notes(post: Post, has_words: bool) -> list[str]:
    notes = []
    if post.is_cut:
        notes.append(f"Only the first {LONGEST_TEXT:,} characters were compared.")
    if not has_words:
        notes.append("There are no words in this text to compare.")
    return notes
