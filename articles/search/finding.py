"""From the words somebody typed to the rows they may see: ranked in the index first, looked up in the record after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Substr

from articles.models import Attribution, Evidence, Rating, SearchDocument
from articles.models.recorded import at_desk
from articles.search.documents import BREAK, DESK, KINDS
from articles.search.index import engine
from articles.search.query import Query, parse, passage
from articles.search.ranking import Ranking
from articles.search.sieving import Seen, seen_of, visible_rows
from articles.search.snippets import LENGTH, Pieces, pieces, words

MOST = 100
# Conditions on claims are tried on so many of the best by their words.
SIEVED = 5_000
# What takes more steps than that is looked up step by step, and otherwise at once.
MOST_STEPS = 3
# How many claimants or sources a field word may stand for.
MEANT = 500
# Of a long text, what is looked through for a snippet.
LOOKED_THROUGH = 60_000


# Says which of some (kind, id, score) may be seen, as (kind, id); it may name others.
Allowed = Callable[[list[tuple[str, int, float]]], set[tuple[str, int]]]


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


@dataclass(frozen=True)
class Ask:
    """What is asked of `find_each`, as of `search`; `chosen` is the slug of a rating that the text names."""

    text: str
    kinds: Iterable[str] = KINDS
    match: str = "all"
    limit: int = 20
    chosen: str = ""


@dataclass
class Found:
    """What was found so far for one `Ask`: (kind, id, score) of each row, best first. The rest is as in `Results`."""

    ask: Ask
    query: Query
    notes: list[str]
    kinds: list[str]
    limit: int
    reach: int
    narrowed: Any = None
    rows: list[tuple[str, int, float]] = field(default_factory=list)
    bounded: bool = False
    is_whole: bool = True

    @classmethod
    def begin(cls, ask: Ask, counting: int) -> Found:
        query = parse(ask.text) if ask.match == "all" else passage(ask.text)
        query = query.choosing(ask.chosen) if ask.chosen else query
        kinds = [kind for kind in KINDS if kind in set(ask.kinds)]
        limit = max(0, min(ask.limit, MOST))
        return cls(ask, query, list(query.notes), kinds, limit, max(limit, counting))

    @property
    def wanted(self) -> int:
        """How many documents are ranked."""
        return _wanted(self.query, self.reach)

    @property
    def step(self) -> int:
        """How many documents are looked up at a time, until enough of them were found."""
        return max(100, 2 * self.reach + 10)

    def take(self, ranking: Ranking, rows: list[tuple[str, int, float]]) -> None:
        self.rows, self.bounded = rows, ranking.bounded
        self.is_whole = not ranking.bounded and len(ranking.found) < self.wanted and len(rows) <= self.reach

    def shown(self) -> list[tuple[str, int, float]]:
        return self.rows[: self.limit]

    def results(self, hits: list[Hit]) -> Results:
        ids = [pk for _kind, pk, _score in self.rows]
        more = len(self.rows) > self.limit
        return Results(
            self.query, hits, self.notes, more=more, bounded=self.bounded, ids=ids, is_whole=self.is_whole
        )


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
    found = find_each([Ask(text, kinds, match, limit)], user, counting, using)
    return marked(found, list(texts_of(found, user, using)), user, using)[0]


def find_each(asks: Iterable[Ask], user: Any, counting: int = 0, using: str = "default") -> list[Found]:
    """Return what is found for each, to be shown by `marked`. One statement for all, and a second one for those of
    which nothing has all words; more where words are very common, or conditions are asked of few."""
    several = [Found.begin(ask, counting) for ask in asks]
    looked_for = []
    for found in several:
        query = found.query
        if query.fields and "claim" not in found.kinds:
            found.notes.append("Conditions like “rating:” are about claims; nothing else has them.")
            continue
        if not query:
            if not found.notes:
                found.notes.append("Type a word to look for.")
            continue
        found.narrowed = conditioned(query, user, using)
        if query.fields:
            found.kinds = ["claim"]
        if query.groups:
            looked_for.append(found)
            continue
        ids = list(found.narrowed.order_by("-pk").values_list("pk", flat=True)[: found.reach + 1])
        found.rows, found.is_whole = [("claim", pk, 0.0) for pk in ids], len(ids) <= found.reach
        if query.without:
            found.notes.append("Words to leave out were not looked at: say also a word to look for.")
    _look_for(looked_for, None, user, using)
    some = [
        one for one in looked_for if not one.rows and one.ask.match == "all" and len(one.query.groups) > 1
    ]
    _look_for(some, "any", user, using)
    for found in some:
        if found.rows:
            found.notes.append("Nothing has all of these words; what follows has some of them.")
    for found in looked_for:
        if found.bounded:
            found.notes.append("These words are in very many texts; only the newest of them were compared.")
    return several


def _look_for(several: list[Found], match: str | None, user: Any, using: str) -> None:
    """Rank the documents for each, by `match` or as was asked, and take those of rows that the user may see."""
    at_once = []
    for found in several:
        how = match or found.ask.match
        if found.wanted > MOST_STEPS * found.step:
            # Conditions are dear: they are tried on a few of the best at a time.
            ranking = engine(using).rank(found.query, how, found.kinds, at_desk(user), found.wanted)
            found.take(ranking, _sieved(ranking, found, _allowed_by_ids(found, user, using)))
        else:
            at_once.append((found, how))
    if not at_once:
        return
    asked = [
        Seen(
            found.query,
            how,
            tuple(found.kinds),
            at_desk(user),
            found.wanted,
            None if user is None and not found.query.fields else _rows_of(found, user, using),
        )
        for found, how in at_once
    ]
    for (found, _), (ranking, allowed) in zip(at_once, seen_of(asked, using), strict=True):
        found.take(ranking, _sieved(ranking, found, _these(allowed)))


def _these(rows: set[tuple[str, int]]) -> Allowed:
    return lambda some: rows


def _rows_of(found: Found, user: Any, using: str) -> dict[str, Any]:
    """Return, for each kind that is looked for, the rows of which any may be found."""
    return {
        kind: found.narrowed if kind == "claim" else visible_rows(kind, user, using) for kind in found.kinds
    }


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
    wanted = _wanted(query, limit)
    return engine(using).rank(query, match, kinds, at_desk(user), wanted), wanted


def _wanted(query: Query, reach: int) -> int:
    # A row may have two documents for the desk, and a document may be older than the row's new visibility by nothing
    # but this very transaction; a few more than asked for leave room.
    return SIEVED if query.fields else 2 * reach + 10


def _sieved(ranking: Ranking, found: Found, allowed: Allowed) -> list[tuple[str, int, float]]:
    """Return (kind, id, score) of the rows that the user may see and that meet the conditions, in order of rank."""
    sieved: list[tuple[str, int, float]] = []
    seen: set[tuple[str, int]] = set()
    at = 0
    while at < len(ranking.found) and len(sieved) <= found.reach:
        some = []
        for document, score in ranking.found[at : at + found.step]:
            key = (KINDS[(document & 15) >> 1], document >> 4)
            if key not in seen:
                seen.add(key)
                some.append((*key, score))
        at += found.step
        these = allowed(some)
        sieved += [one for one in some if one[:2] in these]
    return sieved


def _allowed_by_ids(found: Found, user: Any, using: str) -> Allowed:
    """Return what asks which of some rows may be seen."""

    def allowed(some: list[tuple[str, int, float]]) -> set[tuple[str, int]]:
        these = set()
        for kind, rows in _rows_of(found, user, using).items():
            ids = [pk for other, pk, _ in some if other == kind]
            these |= {(kind, pk) for pk in rows.filter(pk__in=ids).values_list("pk", flat=True)}
        return these

    return allowed


def conditioned(query: Query, user: Any, using: str) -> Any:
    """Return the claims that the user may see and that meet the field words."""
    claims = visible_rows("claim", user, using)
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
    for slug in query.texts("chosen"):
        claims = claims.rated([slug])
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


def places_of(several: Iterable[Found], user: Any) -> dict[int, tuple[str, int]]:
    """Return document → (kind, id) for the rows that are shown."""
    audiences = (0, DESK) if at_desk(user) else (0,)
    shown = {(kind, pk) for found in several for kind, pk, _ in found.shown()}
    return {pk * 16 + KINDS.index(kind) * 2 + one: (kind, pk) for kind, pk in shown for one in audiences}


def texts() -> Any:
    """Return what is shown of documents: id, title, and of the body what is looked through."""
    return SearchDocument.objects.order_by().values_list("pk", "title", Substr("body", 1, LOOKED_THROUGH))


def texts_of(several: Iterable[Found], user: Any, using: str = "default") -> Iterable[tuple[int, str, str]]:
    """Return `texts` of what is shown. One statement."""
    places = places_of(several, user)
    return texts().using(using).filter(pk__in=places) if places else []


def marked(
    several: list[Found], known: Iterable[Sequence[Any]], user: Any, using: str = "default"
) -> list[Results]:
    """Return what was found, with what was looked for marked in the `texts` of what is shown.

    One statement for each different question, on PostgreSQL.
    """
    places = places_of(several, user)
    said: dict[tuple[str, int], tuple[str, str]] = {}
    for document, title, body in sorted((tuple(one) for one in known), key=itemgetter(0)):
        # The desk's own document, where there is one, comes second and says more.
        said[places[document]] = (title, body)
    both = words(text for some in said.values() for text in some)
    matching: dict[Any, set[str]] = {}
    results = []
    for found in several:
        terms = found.query.terms
        if terms and found.shown() and terms not in matching:
            matching[terms] = engine(using).matching(found.query, both)
        found_here = matching.get(terms, set())
        hits = []
        for kind, pk, score in found.shown():
            title, body = said.get((kind, pk), ("", ""))
            hits.append(
                Hit(
                    kind,
                    pk,
                    score,
                    pieces(title, found_here, 2 * LENGTH),
                    pieces(_readable(body), found_here),
                )
            )
        results.append(found.results(hits))
    return results


def _readable(body: str) -> str:
    """Return the text of a document with a sign that readers know between its pieces."""
    sign = BREAK.strip("'")
    return body.strip(sign).replace(sign, " · ")
