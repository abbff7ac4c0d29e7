"""How many claims belong to a row, written down so that no list counts them for each reader.

Two projections, outside the chain, that `manage.py verify` compares with the record. Both say when they do not know:
then whoever asks counts, as exactly and as far as before. A worker counts what is not known (`count_anew`).

* A topic may have half of the record, and hardly an act leaves it alone. Its counts go with each act (`keep_topics`),
  by the difference between what the ledger knew of a claim and what it knows now. Acts come one after the other, under
  the lock of the head, so no two of them add to one number at once. NULL is unknown.
* A claimant or an article is changed by few acts, and each of those that changes how many claims it has stamps it
  (`public_seq`). A count holds as long as the row bears the stamp with which it was counted (`Counted.counted_at`), so
  that whoever writes has nothing to do for it.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Coalesce

from articles.models.recorded import PublicSeq
from articles.vocabulary import ClaimStatus

# How many rows are read by one statement when they are counted anew.
AT_ONCE = 20


class Counted(PublicSeq):
    """A row that knows how many claims of it readers see."""

    # What is counted: columns, which `uncounted` has values for.
    counts: ClassVar[tuple[str, ...]] = ()

    # The stamp that the row bore when it was counted.
    counted_at = models.BigIntegerField(null=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def uncounted(cls, rows: Any) -> Any:
        """Annotate rows with what their counts should say, by names that begin with `true_`."""
        raise NotImplementedError

    @property
    def is_counted(self) -> bool:
        """Do the counts hold?"""
        return self.public_seq is not None and self.counted_at == self.public_seq


def known(column: str, otherwise: Any, **also: Any) -> models.Case:
    """Return the count of a `Counted` row as an expression; `otherwise` is asked only where it does not hold, or where
    what else is said of the row is not true."""
    holds = models.When(counted_at=models.F("public_seq"), **also, then=models.F(column))
    return models.Case(holds, default=otherwise, output_field=models.IntegerField())


def uncommitted(*more: str) -> frozenset[str]:
    """Return the columns that no image of a row has: its stamp, and its counts."""
    return frozenset({"public_seq", *more})


# Topics.


def keep_topics(after: Mapping[int, Mapping[str, Any] | None], new: Iterable[int]) -> None:
    """Follow, in the counts of topics, an act that left claims in these states (None: gone) and made the `new` ones.

    Called at the end of the act, before the ledger knows of it: what it said of a claim until then is what was counted.
    """
    from articles.models.claim import Claim
    from articles.models.ledger import ChangeRow, batches
    from articles.models.topic import Topic

    differences: dict[tuple[int, str], int] = Counter()
    old = sorted(after.keys() - set(new))
    for some in batches(old):
        last = ChangeRow.objects.about(Claim, [models.OuterRef("pk")]).order_by("-change").values("payload")
        said = Claim._base_manager.filter(pk__in=some).values_list("pk", models.Subquery(last[:1]))
        before = dict(said.order_by())
        if any(before.get(pk) is None for pk in some):
            # Erased by a redaction, or never there: nobody knows any more what was counted.
            forget_topics()
            return
        for text in before.values():
            differences.update(_counting(json.loads(text)["image"], -1))
    for image in after.values():
        differences.update(_counting(image, 1))
    steps: dict[tuple[int, int], list[int]] = {}
    for topic in sorted({topic for (topic, _), number in differences.items() if number}):
        steps.setdefault((differences[topic, "shown"], differences[topic, "hidden"]), []).append(topic)
    for (shown, hidden), topics in steps.items():
        counted = Topic.objects.filter(pk__in=topics, claims_shown__isnull=False)
        counted.update(
            claims_shown=models.F("claims_shown") + shown, claims_hidden=models.F("claims_hidden") + hidden
        )


def _counting(image: Mapping[str, Any] | None, sign: int) -> Counter[tuple[int, str]]:
    """Return (topic, which count) → what a claim in this state adds."""
    if image is None or image["status"] == ClaimStatus.MERGED:
        return Counter()
    which = "hidden" if image["status"] == ClaimStatus.DISMISSED else "shown"
    # Added up by `update`, which takes what is negative too.
    return Counter({(topic, which): sign for topic in image["topics"]})


def forget_topics() -> None:
    """Say of no topic how many claims are about it."""
    from articles.models.topic import Topic

    Topic.objects.update(claims_shown=None, claims_hidden=None)


def true_counts_of_topics() -> dict[str, Coalesce]:
    """Return, for an annotation of topics, how many claims readers see (`true_shown`) and were dismissed
    (`true_hidden`)."""
    from articles.models.claim import Claim

    about = Claim.objects.standing().filter(topics=models.OuterRef("pk")).order_by()

    def number(claims: Any) -> Coalesce:
        counted = claims.values(one=models.Value(1)).annotate(n=models.Count("pk")).values("n")
        return Coalesce(models.Subquery(counted), 0)

    hidden = about.filter(status=ClaimStatus.DISMISSED)
    return {"true_shown": number(about.public()), "true_hidden": number(hidden)}


# Counting anew.


def count_anew(seconds: float) -> int:
    """Count what is not known, for so many seconds at most; return how many rows that were.

    A topic is counted while nobody acts, one at a time. The others are read first and written then, each for itself:
    where an act came between, the row bears another stamp by now, and its counts do not hold.
    """
    end = time.monotonic() + seconds
    return _count_topics(end) + sum(_count_rows(model, end) for model in counted_models())


def counted_models() -> list[Any]:
    """Return the nouns whose counts hold by their stamp."""
    from articles.models.article import Article
    from articles.models.claimant import Claimant

    return [Article, Claimant]


def _count_topics(end: float) -> int:
    from articles.models.ledger import alone
    from articles.models.topic import Topic

    done = 0
    for pk in list(Topic.objects.filter(claims_shown=None).order_by("pk").values_list("pk", flat=True)):
        if time.monotonic() > end:
            break
        with alone():
            one: Any = (
                Topic.objects.filter(pk=pk, claims_shown=None).annotate(**true_counts_of_topics()).first()
            )
            if one is not None:
                Topic.objects.filter(pk=pk).update(claims_shown=one.true_shown, claims_hidden=one.true_hidden)
                done += 1
    return done


def _count_rows(model: Any, end: float) -> int:
    # What readers never saw has no stamp, and is counted by whoever asks.
    stale = model.objects.exclude(public_seq=None).exclude(
        counted_at__isnull=False, counted_at=models.F("public_seq")
    )
    done, after = 0, 0
    while time.monotonic() < end:
        some = list(stale.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        if not some:
            break
        after = some[-1]
        for row in model.uncounted(model.objects.filter(pk__in=some)).order_by("pk"):
            counts = {name: getattr(row, f"true_{name}") for name in model.counts}
            model.objects.filter(pk=row.pk).update(counted_at=row.public_seq, **counts)
            done += 1
    return done


# Looking whether it is so.


def differences(using: str) -> Iterator[tuple[str, int, str, int, int]]:
    """Yield (noun, id, column, what it says, what there are) for each count that holds and is wrong."""
    from articles.models.topic import Topic

    topics = Topic.objects.using(using).filter(claims_shown__isnull=False)
    yield from _wrong(
        topics.annotate(**true_counts_of_topics()),
        {"claims_shown": "true_shown", "claims_hidden": "true_hidden"},
    )
    for model in counted_models():
        rows = model.objects.using(using).filter(counted_at=models.F("public_seq"))
        # Of what readers do not see nobody asks the counts.
        rows = model.uncounted(rows.visible_to(None))
        yield from _wrong(rows, {name: f"true_{name}" for name in model.counts})


def _wrong(rows: Any, columns: Mapping[str, str]) -> Iterator[tuple[str, int, str, int, int]]:
    for row in rows.order_by("pk").iterator(AT_ONCE):
        for column, true in columns.items():
            says, there = getattr(row, column), getattr(row, true)
            if says != there:
                yield str(row._meta.verbose_name), row.pk, column, says, there
