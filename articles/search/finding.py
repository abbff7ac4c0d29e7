"""From the words somebody typed to the rows they may see: ranked in the index first, looked up in the record after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q

from articles.models import Article, Attribution, Claim, Claimant, Evidence, Rating, SearchDocument, Source
from articles.models.recorded import at_desk
from articles.search.documents import BREAK, DESK, KINDS
from articles.search.index import engine
from articles.search.query import Query, parse, passage
from articles.search.ranking import Ranking
from articles.search.snippets import LENGTH, Pieces, pieces, words

NOUNS: dict[str, Any] = {"claim": Claim, "article": Article, "source": Source, "claimant": Claimant}
MOST = 100
# Conditions on claims are tried on so many of the best by their words.
SIEVED = 5_000
# How many claimants or sources a field word may stand for.
MEANT = 500
# Of a long text, what is looked through for a snippet.
LOOKED_THROUGH = 60_000


@dataclass(frozen=True)
class Hit:
    """One row that was found. `title` and `snippet` are pieces of its text, each with whether it was looked for."""

    kind: str
    id: int
    score: float
    title: Pieces
    snippet: Pieces


@dataclass(frozen=True)
class Results:
    """What was found, best first, and what the person should know of how it was looked for.

    `notes` are sentences. `more`: there are further ones. `bounded`: there were so many documents with these words
    that only the newest were ranked. `ids` are those of all rows that were counted, best first, of whatever kind;
    `is_whole`: there are no more than these.
    """

    query: Query
    hits: list[Hit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    more: bool = False
    bounded: bool = False
    ids: list[int] = field(default_factory=list)
    is_whole: bool = True


def search(
    text: str,
    *,
    user: Any = None,
    kinds: Iterable[str] = KINDS,
    match: str = "all",
    limit: int = 20,
    counting: int = 0,
    using: str = "default",
) -> Results:
    """Return the claims, articles, sources and claimants that this user may see and that hold these words.

    `match`: `all` of what was typed (where nothing has all, some of it, and `notes` says so), or `any` of the words of
    a passage, in which nothing is an operator. `limit` is at most 100; beyond it rows are counted (`Results.ids`), not
    shown, until there are more than `counting`. Never raises for any text.
    """
    query = parse(text) if match == "all" else passage(text)
    notes = list(query.notes)
    kinds = [kind for kind in KINDS if kind in set(kinds)]
    limit = max(0, min(limit, MOST))
    if query.fields and "claim" not in kinds:
        notes.append("Conditions like “rating:” are about claims; nothing else has them.")
        return Results(query, notes=notes)
    if not query:
        if not notes:
            notes.append("Type a word to look for.")
        return Results(query, notes=notes)
    narrowed = conditioned(query, user, using)
    if query.fields:
        kinds = ["claim"]
    reach = max(limit, counting)
    if not query.groups:
        ids = list(narrowed.order_by("-pk").values_list("pk", flat=True)[: reach + 1])
        found, bounded, is_whole = [("claim", pk, 0.0) for pk in ids], False, len(ids) <= reach
        if query.without:
            notes.append("Words to leave out were not looked at: say also a word to look for.")
    else:
        ranking, wanted = _rank(query, match, kinds, user, reach, using)
        found = _sieved(ranking, narrowed, user, reach, using)
        if not found and match == "all" and len(query.groups) > 1:
            ranking, wanted = _rank(query, "any", kinds, user, reach, using)
            found = _sieved(ranking, narrowed, user, reach, using)
            if found:
                notes.append("Nothing has all of these words; what follows has some of them.")
        bounded = ranking.bounded
        is_whole = not bounded and len(ranking.found) < wanted and len(found) <= reach
        if bounded:
            notes.append("These words are in very many texts; only the newest of them were compared.")
    hits = _shown(found[:limit], query, user, using)
    ids = [pk for _kind, pk, _score in found]
    return Results(query, hits, notes, more=len(found) > limit, bounded=bounded, ids=ids, is_whole=is_whole)


def best(text: str, kind: str, *, user: Any, limit: int, using: str = "default") -> list[int]:
    """Return the ids of the rows of one noun that hold these words, best first; at most `limit`.

    In whatever state they are: who lists them says by `visible_to` which of them are seen. Where nothing has all of
    the words, of those that have some. Conditions like “rating:” are those of `search`. Never raises for any text.
    """
    query = parse(text)
    if query.fields:
        return [hit.id for hit in search(text, user=user, kinds=[kind], limit=limit, using=using).hits]
    if not query.groups:
        return []
    ranking, _wanted = _rank(query, "all", [kind], user, limit, using)
    if not ranking.found and len(query.groups) > 1:
        ranking, _wanted = _rank(query, "any", [kind], user, limit, using)
    return list(dict.fromkeys(document >> 4 for document, _ in ranking.found))[:limit]


def _rank(
    query: Query, match: str, kinds: list[str], user: Any, limit: int, using: str
) -> tuple[Ranking, int]:
    """Return the best documents, and for how many of them was asked."""
    # A row may have two documents for the desk, and a document may be older than the row's new visibility by nothing
    # but this very transaction; a few more than asked for leave room.
    wanted = SIEVED if query.fields else 2 * limit + 10
    return engine(using).rank(query, match, kinds, at_desk(user), wanted), wanted


def _sieved(
    ranking: Ranking, narrowed: Any, user: Any, limit: int, using: str
) -> list[tuple[str, int, float]]:
    """Return (kind, id, score) of the rows that the user may see and that meet the conditions, in order of rank."""
    found: list[tuple[str, int, float]] = []
    seen: set[tuple[str, int]] = set()
    step, at = max(100, 2 * limit + 10), 0
    while at < len(ranking.found) and len(found) <= limit:
        some = []
        for document, score in ranking.found[at : at + step]:
            key = (KINDS[(document & 15) >> 1], document >> 4)
            if key not in seen:
                seen.add(key)
                some.append((*key, score))
        at += step
        allowed = set()
        for kind in {kind for kind, *_ in some}:
            rows = narrowed if kind == "claim" else NOUNS[kind].objects.using(using).visible_to(user)
            ids = [pk for other, pk, _ in some if other == kind]
            allowed |= {(kind, pk) for pk in rows.filter(pk__in=ids).values_list("pk", flat=True)}
        found += [one for one in some if one[:2] in allowed]
    return found


def conditioned(query: Query, user: Any, using: str) -> Any:
    """Return the claims that the user may see and that meet the field words."""
    claims = Claim.objects.using(using).visible_to(user).standing()
    for value in query.texts("claimant"):
        ids = _meant("claimant", value, user, using)
        said = Attribution.objects.using(using).visible_to(user)
        said = said.filter(Q(claimant__in=ids) | Q(claimant__merged_into__in=ids))
        own = Q(appearance__claim=OuterRef("pk")) | Q(appearance__claim__merged_into=OuterRef("pk"))
        claims = claims.filter(Exists(said.filter(own)))
    for value in query.texts("source"):
        ids = _meant("source", value, user, using)
        cited = Evidence.objects.using(using).visible_to(user)
        cited = cited.filter(
            Q(source_version__source__in=ids) | Q(source_version__source__merged_into__in=ids)
        )
        claims = claims.filter(
            Exists(cited.filter(Q(claim=OuterRef("pk")) | Q(claim__merged_into=OuterRef("pk"))))
        )
    for value in query.texts("rating"):
        claims = claims.rated(_slugs(value, using))
    for day in query.days("before"):
        claims = claims.filter(asserted_latest__lt=day)
    for day in query.days("after"):
        claims = claims.filter(asserted_earliest__gte=day)
    return claims


def _meant(kind: str, value: str, user: Any, using: str) -> list[int]:
    """Return the ids of the claimants or sources that a field word stands for."""
    query = Query(groups=parse(value.replace('"', " ").replace(":", " ")).groups)
    if not query:
        return []
    ranking = engine(using).rank(query, "all", [kind], at_desk(user), MEANT)
    return list({document >> 4 for document, _ in ranking.found})


def _slugs(value: str, using: str) -> list[str]:
    """Return the ratings, of any scale, that are called so."""
    called = value.casefold()
    return [
        rating.slug
        for rating in Rating.objects.using(using).all()
        if called in (rating.slug.casefold(), *(str(label).casefold() for label in rating.labels.values()))
    ]


def _shown(found: list[tuple[str, int, float]], query: Query, user: Any, using: str) -> list[Hit]:
    """Return the hits with what was looked for marked in their texts."""
    if not found:
        return []
    audiences = (0, DESK) if at_desk(user) else (0,)
    places = {pk * 16 + KINDS.index(kind) * 2 + one: (kind, pk) for kind, pk, _ in found for one in audiences}
    texts: dict[tuple[str, int], tuple[str, str]] = {}
    for document in SearchDocument.objects.using(using).filter(pk__in=places).order_by("pk"):
        # The desk's own document, where there is one, comes second and says more.
        texts[places[document.pk]] = (document.title, document.body[:LOOKED_THROUGH])
    marked: set[str] = set()
    if query.groups:
        marked = engine(using).matching(query, words(text for both in texts.values() for text in both))
    hits = []
    for kind, pk, score in found:
        title, body = texts.get((kind, pk), ("", ""))
        hits.append(Hit(kind, pk, score, pieces(title, marked, 2 * LENGTH), pieces(_readable(body), marked)))
    return hits


def _readable(body: str) -> str:
    """Return the text of a document with a sign that readers know between its pieces."""
    sign = BREAK.strip("'")
    return body.strip(sign).replace(sign, " · ")
