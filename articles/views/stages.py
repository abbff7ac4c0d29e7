"""The versions of a source as its page tells them: what followed what, what rests on which, what was in force when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, F, Q, Value, When

from articles.comparing.folding import Stretch, compared
from articles.models import Source, SourceVersion, Verdict
from articles.models.counting import AmongFew
from articles.vocabulary import Rights

# How many versions are listed, the newest ones, and how many verdicts in all and at one of them.
LISTED, VERDICTS, VERDICTS_EACH = 100, 200, 12
# How many characters of a text are shown, and how many of two may be compared for a page.
SHOWN, COMPARED = 200_000, 400_000


@dataclass
class Stage:
    """One version: the one before it whose text can be compared, the one that followed it, and what rests on it."""

    version: Any
    is_own: bool
    before: SourceVersion | None = None
    follower: SourceVersion | None = None
    verdicts: list[Any] = field(default_factory=list)
    more_verdicts: bool = False
    is_in_force: bool = False

    @property
    def current_verdicts(self) -> int:
        """How many verdicts that readers see today rest on this version, of those that are listed."""
        return sum(1 for one in self.verdicts if one.is_current)

    @property
    def is_overtaken(self) -> bool:
        return self.follower is not None and self.current_verdicts > 0


@dataclass(frozen=True)
class InForce:
    """What the effective dates on record say about one day: the versions that can have been in force, and where there
    is none, the nearest one before and after. `is_dated` says whether any version has effective dates at all."""

    day: date
    versions: list[SourceVersion]
    before: SourceVersion | None
    after: SourceVersion | None
    is_dated: bool


def versions_of(found: Source, user: Any) -> Any:
    """Return the versions of a source and of what was merged into it, without their texts; each says whether its text
    may be read (`is_readable`)."""
    readable = Q(rights=Rights.FULL, text__isnull=False) & ~Q(text="")
    return (
        SourceVersion.objects.visible_to(user)
        .filter(source__in=Source.objects.one_with(found))
        .with_is_redacted()
        .annotate(is_readable=ExpressionWrapper(readable, output_field=BooleanField()))
        .select_related("source")
        .defer("text", "source__description")
    )


def listed_of(found: Any, user: Any) -> Any:
    """Return the versions that are listed and one more, the newest first; `found` is a row, or an `OuterRef`."""
    # Texts can be long: only the one that is shown is loaded.
    return versions_of(found, user).order_by("-number", "-pk")[: LISTED + 1]


def ids_of(found: Any, user: Any) -> Any:
    """Return the ids of the versions that are listed, as a query; `found` is a row, or an `OuterRef`
    from one query further out."""
    versions = SourceVersion.objects.visible_to(user).filter(source__in=Source.objects.one_with(found))
    return versions.order_by("-number", "-pk").values("pk")[:LISTED]


def verdicts_on(found: Any, user: Any) -> Any:
    """Return the verdicts that rest on the versions that are listed, the latest first; `found` is a row, or an
    `OuterRef` from one query further out."""
    return (
        Verdict.objects.visible_to(user)
        .filter(citations__evidence__source_version__in=ids_of(found, user))
        .with_is_current()
        .annotate(version_id=F("citations__evidence__source_version"))
        .select_related("claim", "rating__scale")
        .in_short()
        .order_by("-pk")[:VERDICTS]
    )


def stages(found: Source, versions: Sequence[Any], verdicts: Sequence[Any]) -> list[Stage]:
    """Return the versions as a timeline, newest first: those of the source itself, then those of merged ones.
    `verdicts` are those that rest on them, as `verdicts_on` finds them."""
    told = []
    for source_id in sorted({one.source_id for one in versions}, key=lambda pk: (pk != found.pk, pk)):
        series = _in_order([one for one in versions if one.source_id == source_id])
        before = None
        listed = []
        for one in series:
            listed.append(Stage(one, one.source_id == found.pk, before if one.is_readable else None))
            before = one if one.is_readable else before
        for stage in listed:
            stage.follower = _follower(stage.version, series)
        told += listed[::-1]
    _rest(told, verdicts)
    return told


def _in_order(versions: list[Any]) -> list[Any]:
    """Return versions in the order in which they took effect, where that is known of all of them; else as filed."""
    if all(one.effective_from for one in versions):
        return sorted(versions, key=lambda one: (one.effective_from, one.number))
    return sorted(versions, key=lambda one: one.number)


def _follower(one: SourceVersion, series: Iterable[SourceVersion]) -> SourceVersion | None:
    """Return the newest version that certainly followed this one: it took effect later, or, where neither has effective
    dates, we retrieved another text later. Another copy of the same text follows nothing."""
    found = None
    for other in series:
        if one.effective_from and other.effective_from:
            later = other.effective_from > one.effective_from
        elif not (one.effective_from or other.effective_from or one.effective_to or other.effective_to):
            later = bool(
                one.retrieved_at
                and other.retrieved_at
                and other.retrieved_at > one.retrieved_at
                and one.sha256
                and other.sha256
                and one.sha256 != other.sha256
            )
        else:
            later = False
        if later:
            found = other
    return found


def _rest(told: list[Stage], rows: Sequence[Any]) -> None:
    """Put the verdicts that rest on each version beside it, the latest first."""
    resting: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in rows:
        resting[row.version_id].setdefault(row.pk, row)
    for stage in told:
        verdicts = list(resting[stage.version.pk].values())
        stage.verdicts = verdicts[:VERDICTS_EACH]
        stage.more_verdicts = len(verdicts) > VERDICTS_EACH or (len(rows) == VERDICTS and bool(verdicts))


# What `rows_on` says of each version.
_OF_DAY = ("held", "before", "after")


def rows_on(versions: Any, day: date) -> Any:
    """Return a query of the versions that were in force on a day, and the nearest before and after; where one was whose
    text may be read, with that text as `words`."""
    dated = versions.exclude(effective_from=None, effective_to=None)
    held = dated.in_force_on(day).order_by("effective_from", "number", "pk")
    before = dated.filter(effective_to__lt=day).order_by("-effective_to", "-number")
    after = dated.filter(effective_from__gt=day).order_by("effective_from", "number")
    found = {"held": held[:LISTED], "before": before[:1], "after": after[:1]}
    marked = {name: AmongFew(F("pk"), rows.values("pk")) for name, rows in found.items()}
    is_alone = Q(marked["held"]) & ~Q(Exists(held.order_by()[1:2]))
    return (
        versions.filter(marked["held"] | marked["before"] | marked["after"])
        .annotate(**{f"is_{name}": one for name, one in marked.items()})
        .annotate(words=Case(When(Q(is_readable=True) & is_alone, then=F("text")), default=Value(None)))
        .order_by("effective_from", "number", "pk")
    )


def in_force(rows: Iterable[Any], day: date) -> InForce:
    """Return what was in force on a day, of the versions that `rows_on` found."""
    told: dict[str, list[Any]] = {name: [] for name in _OF_DAY}
    for row in rows:
        for name in _OF_DAY:
            if getattr(row, f"is_{name}"):
                told[name].append(row)
        if row.words is not None:
            row.text = row.words
    nearest = {name: None if told["held"] else next(iter(told[name]), None) for name in ("before", "after")}
    return InForce(day, told["held"], **nearest, is_dated=any(told.values()))


@dataclass(frozen=True)
class Text:
    """The stored text of a version, as much of it as a page shows; `left_out` counts the characters after that."""

    version: SourceVersion
    words: str
    left_out: int


def text_of(version: SourceVersion) -> Text:
    """Return the text of a version whose text readers may see; one query where it was not loaded."""
    words = version.readable_text
    return Text(version, words[:SHOWN], max(len(words) - SHOWN, 0))


@dataclass(frozen=True)
class Comparison:
    """Two versions, and the stretches that lead from one text to the other; None where the texts are too long to be
    compared for a page."""

    old: SourceVersion
    new: SourceVersion
    stretches: list[Stretch] | None

    @property
    def is_same(self) -> bool:
        return self.stretches is not None and all(one.is_folded for one in self.stretches)


def comparison(old: SourceVersion, new: SourceVersion) -> Comparison:
    """Compare two texts that readers may see, word by word."""
    before, after = old.readable_text, new.readable_text
    if len(before) + len(after) > COMPARED:
        return Comparison(old, new, None)
    return Comparison(old, new, compared(before, after))
