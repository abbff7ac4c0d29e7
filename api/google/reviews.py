"""The checked claims that answer a question: by words, best first; without words, the newest verdicts first.

Three statements at most make a page: one or two rank claims in the index, one or two read the rows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from api.google.questions import Mark, Question
from articles.formats.claim_review import NAMED
from articles.models import Appearance, Claim, Newsroom, Verdict
from articles.search.index import engine
from articles.search.query import Query, parse

# So many of the best by their words are looked up for a verdict.
RANKED = 5_000
# Where fewer claims have all of the words, and none of them was checked, claims that have some of them will do:
# so many of the best.
FEW, SOME = 100, 300
# Of so many claims at once all is read that an answer shows; of more, first which of them were checked.
AT_ONCE = FEW + SOME
# By so many of its last rows a page is found again in a list that was ranked anew.
REMEMBERED = 5

Row = dict[str, Any]


def found(question: Question, now: datetime) -> tuple[list[Row], Mark | None]:
    """Return the rows of the page that was asked for, and where it ends; no mark: it is the last one."""
    verdicts = _narrowed(question, now)
    return _best(question, verdicts) if question.query else _newest(question, verdicts)


def _narrowed(question: Question, now: datetime) -> QuerySet:
    """Return what readers see today, one verdict for each claim that stands, and with it that claim."""
    verdicts = Verdict.objects.visible_to(None).seen_today()
    columns = {
        name: Case(
            When(claim__merged_into=None, then=F(f"claim__{name}")), default=F(f"claim__merged_into__{name}")
        )
        for name in ("id", "statement", "language", "asserted_earliest", "asserted_latest")
    }
    verdicts = verdicts.annotate(**{f"of_{name}": column for name, column in columns.items()})
    if question.language:
        same = Q(of_language__iexact=question.language)
        verdicts = verdicts.filter(same | Q(of_language__istartswith=f"{question.language}-"))
    if question.max_age_days:
        try:
            since = now - timedelta(days=question.max_age_days)
        except OverflowError:
            return verdicts
        verdicts = verdicts.filter(Q(published_at__gte=since) | Q(of_asserted_latest__gte=since.date()))
    return verdicts


def _shown(verdicts: QuerySet) -> QuerySet:
    """Return as rows what an answer shows of these verdicts."""
    # Who says it in the words as they stand today; the innermost of a chain that has a name.
    said = (
        Appearance.objects.visible_to(None)
        .of_current_texts()
        .making(OuterRef("of_id"))
        .filter(attributions__claimant__kind__in=NAMED)
        .order_by("pk", "-attributions__position")
    )
    name = Coalesce("attributions__claimant__merged_into__name", "attributions__claimant__name")
    return verdicts.annotate(
        claimant=Subquery(said.values(_=name)[:1]), newsroom=Subquery(Newsroom.objects.values("name")[:1])
    ).values(
        "pk", "of_id", "of_statement", "of_language", "of_asserted_earliest", "of_asserted_latest", "published_at",
        "rating__slug", "rating__labels", "claimant", "newsroom",
    )  # fmt: skip


def _newest(question: Question, verdicts: QuerySet) -> tuple[list[Row], Mark | None]:
    if question.after:
        verdicts = verdicts.filter(pk__lt=question.after.keys[0])
    end = question.offset + question.size
    rows = list(_shown(verdicts.order_by("-pk"))[question.offset : end + 1])
    mark = Mark((rows[question.size - 1]["pk"],)) if len(rows) > question.size else None
    return rows[: question.size], mark


def _best(question: Question, verdicts: QuerySet) -> tuple[list[Row], Mark | None]:
    # A colon is none of our operators here: whoever sends a text of somebody else's means its words.
    query = parse(question.query.replace(":", " "))
    if not query.groups:
        return [], None
    after = question.after
    if after is not None:
        ranked = _ranked(query, after.some)
        lists = [(ranked, _place(ranked, after), after.some)]
    else:
        ranked = _ranked(query, some=False)
        lists = [(ranked, 0, False)]
        if len(ranked) < FEW and len(query.groups) > 1:
            lists.append((_ranked(query, some=True), 0, True))
    ids = {pk for ranked, place, _ in lists for pk in ranked[place:]}
    of_these = verdicts.filter(claim__in=_with_merged(ids))
    at_once = len(ids) <= AT_ONCE
    rows = _by_claim(of_these) if at_once else {}
    checked = set(rows if at_once else of_these.values_list("of_id", flat=True))
    kept, some = _first_kept(lists, checked)
    end = question.offset + question.size
    page = kept[question.offset : end]
    mark = None
    if len(kept) > end:
        mark = Mark(tuple(pk for _, pk in reversed(page[-REMEMBERED:])), page[-1][0] + 1, some)
    if not at_once:
        rows = _by_claim(verdicts.filter(claim__in=_with_merged({pk for _, pk in page})))
    return [rows[pk] for _, pk in page if pk in rows], mark


def _first_kept(
    lists: list[tuple[list[int], int, bool]], checked: set[int]
) -> tuple[list[tuple[int, int]], bool]:
    """Return the checked ones, with their places, of the first list that has any; and which list that is."""
    for ranked, place, some in lists:
        if kept := [(at, pk) for at, pk in enumerate(ranked[place:], start=place) if pk in checked]:
            return kept, some
    return [], False


def _by_claim(verdicts: QuerySet) -> dict[int, Row]:
    return {row["of_id"]: row for row in _shown(verdicts)}


def _ranked(query: Query, some: bool) -> list[int]:
    """Return the ids of the claims that readers see with all or some of the words, best first."""
    ranking = engine().rank(query, "any" if some else "all", ["claim"], False, SOME if some else RANKED)
    return [document >> 4 for document, _ in ranking.found]


def _place(ranked: list[int], after: Mark) -> int:
    """Return where a list goes on: below the last row of the page before that is still in it."""
    places = {pk: place for place, pk in enumerate(ranked)}
    return next((places[pk] + 1 for pk in after.keys if pk in places), after.place)


def _with_merged(ids: Collection[int]) -> QuerySet:
    """Return the ids of these claims and of those merged into them: they have an index, what stands for a claim has
    none."""
    return Claim.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids)).order_by().values("pk")
