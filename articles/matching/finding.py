"""Has this been checked already? From texts to the claims on record that say the same.

Candidates come from the search index, by their rarest words; what ranks them is `scoring`, from the texts alone.

Where MEANING_MODEL names a model, claims close in meaning come beside them. What says the same, or the opposite, is
judged as without: among the candidates of the index alone, for which the threshold was fitted. So meaning can bring
related claims, and change the order of related claims, but no yes comes or goes by it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import Left

from articles.graph import AmongKeys, Prepared
from articles.matching.cleaning import LONGEST as LONGEST_TEXT
from articles.matching.cleaning import Post, cleaned
from articles.matching.features import Asked
from articles.matching.fusion import fused
from articles.matching.opposites import Clash, clash, shares
from articles.matching.reading import LONGEST, MOST, Wordings, wordings
from articles.matching.reasons import Reason, ReasonCode, reasons
from articles.matching.scoring import BEST, Scored, scored
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


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found for one text.

    judged: claims by their words, best first; they alone may say the same. others: those in the order of words and
    meaning together. close: claim → cosine, of the claims close in meaning.
    """

    post: Post
    judged: list[tuple[int, Scored]]
    others: list[tuple[int, Scored]]
    close: Mapping[int, float]


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
    near = _near(posts, user, using, len(left_out))
    offered = {pk for some in (*ranked, *near) for pk in some} - left_out
    said = _wordings(offered, user, using, checked_only)
    most = max(0, min(limit, BEST))
    found: list[_Found] = []
    for post, ids, close in zip(posts, ranked, near, strict=True):
        ids = [pk for pk in ids if pk in said]
        close = {pk: cosine for pk, cosine in close.items() if pk in said}
        # Who is close in meaning may go before any of the best.
        best = _ranked(post, ids, said, BEST if close else most)
        found.append(_Found(post, best[:most], _with_meaning(post, ids, best, close, said)[:most], close))
    shown = {pk for one in found for pk, _ in (*one.judged, *one.others)}
    verdicts = Verdict.objects.using(using).visible_to(user).ratings_today(shown)
    return [_answer(text, one, said, verdicts, most) for text, one in zip(texts, found, strict=True)]


def _candidates(post: Post, user: Any, using: str, more: int) -> list[int]:
    """Return the ids of the claims with the rarest words of a text, best first."""
    query = passage(" ".join((post.said, post.author, post.date)))
    if not query:
        return []
    ranking = engine(using).rank(
        query, "rarest", ["claim"], at_desk(user), CANDIDATES + min(more, MOST_WITHOUT)
    )
    return list(dict.fromkeys(document >> 4 for document, _ in ranking.found))


def _near(posts: Sequence[Post], user: Any, using: str, more: int) -> Sequence[dict[int, float]]:
    """Return for each text claim → cosine, closest first; nothing, and nothing is asked, without a model."""
    if not settings.MEANING_MODEL:
        return [{} for _ in posts]
    # Not before: what it rests on need not be installed.
    from articles.meaning.finding import nearest

    limit = CANDIDATES + min(more, MOST_WITHOUT)
    return [dict(some) for some in nearest([one.said for one in posts], user=user, limit=limit, using=using)]


def _ranked(
    post: Post, ids: Sequence[int], said: dict[int, tuple[str, ...]], limit: int = BEST
) -> list[tuple[int, Scored]]:
    """Return the claims that say most nearly what a post says, by their words, best first."""
    return [(ids[one.place], one) for one in scored(post, [said[pk] for pk in ids], limit=limit)]


def _with_meaning(
    post: Post,
    ids: Sequence[int],
    best: list[tuple[int, Scored]],
    close: Mapping[int, float],
    said: dict[int, tuple[str, ...]],
) -> list[tuple[int, Scored]]:
    """Return the candidates of the index and those close in meaning, in the order of words and meaning together."""
    if not close:
        return []
    known = set(ids)
    added = [pk for pk in fused(ids, list(close))[:CANDIDATES] if pk not in known]
    # By themselves: among the others they would change how those stand out.
    both = sorted([*best, *_ranked(post, added, said)], key=lambda one: -one[1].log_odds)
    by_claim = dict(both)
    order = fused(list(by_claim), [pk for pk in close if pk in by_claim])
    return [(pk, by_claim[pk]) for pk in order]


def _wordings(ids: Iterable[int], user: Any, using: str, checked_only: bool) -> dict[int, tuple[str, ...]]:
    """Return claim → how it is worded: its statement, the words quoted from articles, the claims merged into it.

    Only for those of the claims that this user may see and that stand for themselves, asked in the same statement.
    """
    audiences = (0, 1) if at_desk(user) else (0,)
    places = [pk * 16 + audience for pk in ids for audience in audiences]
    if not places:
        return {}
    if user is None or not user.is_authenticated:
        cut: Iterable[Any] = _wordings_for_strangers(using, checked_only).rows(places)
    else:
        cut = _cut(using, user, checked_only).filter(pk__in=places)
    sign = BREAK.strip("'").strip()
    return {
        pk >> 4: tuple(one for one in (*title.split("\n"), *body.split(sign)) if one.strip())
        for pk, title, body in cut
    }


def _cut(using: str, user: Any, checked_only: bool) -> QuerySet[Any, Any]:
    """Return id, title and body of the documents of claims, as far as they are read."""
    claims = Claim.objects.using(using).visible_to(user).standing()
    if checked_only:
        claims = claims.checked()
    rows = SearchDocument.objects.using(using).filter(some(claims.filter(pk=OuterRef("object_id"))))
    return rows.order_by("pk").values_list(F("pk"), Left("title", _READ), Left("body", _READ))


@cache
def _wordings_for_strangers(using: str, checked_only: bool) -> Prepared:
    """To build the statement each time takes a tenth of what a text costs."""
    return Prepared.of(_cut(using, None, checked_only).filter(AmongKeys(F("pk"))), using)


def _answer(
    text: str, found: _Found, said: dict[int, tuple[str, ...]], verdicts: dict[int, str], most: int
) -> Answer:
    asked = Asked(found.post)
    judged = {pk for pk, _ in found.judged}

    def matched(pk: int, one: Scored) -> Match:
        claim = wordings(said[pk])
        differs = clash(found.post.said, claim.each)
        why = reasons(asked, claim, differs)
        relation = _relation(asked, claim, one, differs, bool(why))
        if pk not in judged and relation is Relation.SAME:
            relation = Relation.RELATED
        is_less = differs or (relation is not Relation.SAME and one.probability >= load().threshold)
        if pk in found.close:
            why.append(Reason(ReasonCode.MEANING, ()))
        return Match(
            claim=pk,
            score=round(one.probability * (_LEFT if is_less else 1), 4),
            relation=relation,
            reasons=why,
            verdict=verdicts.get(pk),
        )

    matches = [matched(pk, one) for pk, one in found.judged]
    same = [one for one in matches if one.relation is Relation.SAME]
    if found.others:
        matches = _together(matches, [matched(pk, one) for pk, one in found.others], most)
    return Answer(
        text,
        matches,
        any(one.verdict is not None for one in same),
        bool(same),
        _notes(found.post, bool(asked.said.tokens)),
    )


def _together(judged: Sequence[Match], others: Sequence[Match], most: int) -> list[Match]:
    """Return what says the same, and then the rest in the order of `others`; no judgement by the words is lost."""
    told = {one.claim: one for one in judged if one.relation is not Relation.RELATED}
    places = {one.claim: place for place, one in enumerate(others)}
    some = [*told.values(), *(one for one in others if one.claim not in told)][:most]
    return sorted(
        some, key=lambda one: (one.relation is not Relation.SAME, places.get(one.claim, len(others)))
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
