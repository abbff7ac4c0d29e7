"""Published decisions on a claim: a series that only grows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, ClassVar, Self, cast

from django.db import models
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from articles.addresses import address
from articles.models.choices import in_order
from articles.models.claim import PUBLIC_STATUSES, Claim
from articles.models.counting import some
from articles.models.evidence import Evidence
from articles.models.interest import keeps_out
from articles.models.rating import Rating
from articles.models.recorded import InsertOnly, RecordQuerySet, at_desk
from articles.vocabulary import ClaimStatus


class VerdictKind(models.TextChoices):
    VERDICT = "verdict", _("verdict")
    WITHDRAWAL = "withdrawal", _("withdrawal")


class CorrectionKind(models.TextChoices):
    """Why a published verdict was followed by another row."""

    AFFECTS_RATING = "affects_rating", _("correction that changes the rating")
    KEEPS_RATING = "keeps_rating", _("correction that does not change the rating")
    CLARIFICATION = "clarification", _("clarification")
    TYPO = "typo", _("typo")
    UPDATE = "update", _("update: the world changed, the earlier verdict holds for its time")
    VOID = "void", _("void: the verdict should not have been published")


class VerdictQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody sees what was published, withdrawn verdicts too; a claim with verdicts is never dismissed."""
        return self.all() if at_desk(user) else self.filter(claim__status__in=PUBLIC_STATUSES)

    def editable_by(self, user: Any) -> Self:
        return self.none()

    def withdrawable_by(self, user: Any) -> Self:
        """An editor withdraws a verdict that readers see today; not one with a conflict of interest on its claim."""
        if not at_desk(user) or not user.may_publish:
            return self.none()
        return self.current().exclude(keeps_out(user))

    def in_series_of(self, claim: Any) -> Self:
        """Return the verdicts on a claim and on the claims merged into it."""
        return self.filter(claim__in=Claim.objects.one_with(claim))

    def in_order_of_publication(self) -> Self:
        """Order by the database's own number, which is allotted under the ledger's lock; never by clock."""
        return self.select_related("rating__scale").order_by("pk")

    def in_short(self) -> Self:
        """Load what a row of a list shows; the long texts only where they are asked for."""
        return self.defer("claim_wording", "reasoning", "snapshot")

    def last(self) -> Any:
        return self.order_by("-pk").first()

    def current(self) -> Self:
        """Return, per claim, the last row of its series where that is a verdict."""
        return self.filter(superseded_by=None, kind=VerdictKind.VERDICT)

    def seen_today(self) -> Self:
        """Return the verdicts readers see today: like `current`, but a claim and what was merged into it are one
        series, so that each surviving claim has one at most.

        Where a claim was merged, the last row of either series counts, by the order of publication.
        """
        return self.filter(is_seen_today())

    def each_seen_today(self) -> Self:
        """Return the same as `seen_today`, each verdict being asked by itself: for conditions on few of them."""
        rows = self.current()
        for one in self._overtaking():
            rows = rows.filter(~some(one))
        return rows

    def each_overtaken(self) -> Self:
        """Return the others of `current`: where a claim was merged, those after which came one of the other series."""
        ways = models.Q()
        for one in self._overtaking():
            ways |= some(one)
        return self.current().filter(ways)

    @staticmethod
    def _overtaking() -> list[models.QuerySet]:
        """Return the claims by whose later verdicts one verdict is overtaken.

        From a claim to what was merged with it, and from there to later verdicts, by subqueries within each other: of
        a join both engines would begin with the verdicts.
        """
        later = Verdict.objects.filter(
            claim=models.OuterRef("pk"), pk__gt=models.OuterRef(models.OuterRef("pk"))
        )
        beside = Verdict.objects.filter(
            claim=models.OuterRef("pk"), pk__gt=models.OuterRef(models.OuterRef(models.OuterRef("pk")))
        )
        merged = Claim.objects.filter(status=ClaimStatus.MERGED)
        own = models.OuterRef("claim")
        return [
            merged.filter(some(later), merged_into=own),
            merged.filter(
                some(Claim.objects.filter(some(beside), pk=models.OuterRef("merged_into"))), pk=own
            ),
            merged.filter(
                some(merged.filter(some(beside), merged_into=models.OuterRef("merged_into"))), pk=own
            ),
        ]

    def ratings_today(self, claims: Collection[int]) -> dict[int, str]:
        """Return claim → slug of the rating that readers see today, for those of these claims that have one.

        The ids are those of claims that stand for themselves. It is what `seen_today` says, of few claims and by two
        plain statements: the last row of a series is the one that counts.
        """
        merged = Claim.objects.using(self.db).filter(status=ClaimStatus.MERGED, merged_into__in=claims)
        standing: dict[int, Any] = {pk: pk for pk in claims}
        standing |= dict(merged.order_by().values_list("pk", "merged_into"))
        rows = self.filter(claim__in=list(standing)).order_by("pk")
        last = {
            standing[claim]: slug if kind == VerdictKind.VERDICT else None
            for claim, kind, slug in rows.values_list("claim", "kind", "rating__slug")
        }
        return {claim: slug for claim, slug in last.items() if slug is not None}

    def not_seen_today(self) -> Self:
        """Return the others: superseded, withdrawn, withdrawals."""
        return self.filter(~is_seen_today())

    def with_is_current(self) -> Self:
        """Say of each verdict, as `is_current`, whether it is the one readers see today. Asked of each by itself, since
        a list shows few."""
        seen = models.Q(superseded_by=None, kind=VerdictKind.VERDICT)
        for one in self._overtaking():
            seen &= ~some(one)
        return self.annotate(is_current=models.ExpressionWrapper(seen, output_field=models.BooleanField()))

    def standing(self) -> Self:
        """Return the verdicts we still stand by: neither withdrawn nor corrected, updated ones included."""
        corrected = models.Q(superseded_by__isnull=False) & ~models.Q(
            superseded_by__correction__kind=CorrectionKind.UPDATE
        )
        return self.filter(kind=VerdictKind.VERDICT).exclude(corrected)

    def for_listing(self) -> Self:
        """Load what one row of a list shows, newest first."""
        return self.select_related("claim", "rating__scale", "author", "approver").order_by("-pk")


def still_standing(series: Sequence[Verdict]) -> list[Verdict]:
    """Return those of the verdicts of a claim, loaded in the order of publication with their corrections, that
    `VerdictQuerySet.standing` would."""
    followed = {one.supersedes_id: one for one in series if one.supersedes_id}
    return [
        one
        for one in series
        if not one.is_withdrawal
        and (one.pk not in followed or followed[one.pk].correction.kind == CorrectionKind.UPDATE)
    ]


def is_seen_today() -> models.Q:
    """Return the condition behind `VerdictQuerySet.seen_today`."""
    merged, later = ClaimStatus.MERGED, models.F("pk")
    # Sets of their own, each made once from the few merged claims: asked of each row, SQLite walks all verdicts.
    overtaken = [
        Verdict.objects.filter(claim__merged__status=merged, claim__merged__verdicts__pk__gt=later),
        Verdict.objects.filter(claim__status=merged, claim__merged_into__verdicts__pk__gt=later),
        Verdict.objects.filter(claim__status=merged, claim__merged_into__merged__verdicts__pk__gt=later),
    ]
    condition = models.Q(superseded_by=None, kind=VerdictKind.VERDICT)
    for one in overtaken:
        condition &= ~models.Q(pk__in=one.order_by().values("pk"))
    return condition


class Verdict(InsertOnly):
    """One published decision on one claim, or its withdrawal. Never touched again; redaction apart."""

    long_texts: ClassVar = frozenset({"claim_wording", "summary", "reasoning", "snapshot"})
    hangs_on: ClassVar = {"claim": ("claim",)}

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="verdicts")
    number = models.PositiveIntegerField(help_text=_("Per claim, from 1."))
    kind = models.CharField(max_length=20, choices=VerdictKind.choices, default=VerdictKind.VERDICT)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    rating = models.ForeignKey(Rating, models.PROTECT, null=True, blank=True, related_name="verdicts")
    claim_wording = models.TextField(help_text=_("The claim as it was worded when this was published."))
    summary = models.TextField()
    reasoning = models.TextField(blank=True)
    evidence = models.ManyToManyField(Evidence, through="Citation", related_name="cited_in")
    snapshot = models.TextField(help_text=_("All that readers were shown, as canonical JSON."))
    author = models.ForeignKey("articles.User", models.PROTECT, related_name="verdicts_written")
    approver = models.ForeignKey("articles.User", models.PROTECT, related_name="verdicts_published")
    self_approved = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    valid_from = models.DateField(
        null=True, blank=True, help_text=_("First day it holds for; empty: as far back as it goes.")
    )
    valid_to = models.DateField(
        null=True, blank=True, help_text=_("Last day it holds for; empty: until further notice.")
    )

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["claim_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["claim", "number"],
                name="verdict_number_once",
                violation_error_message="A verdict of this number is already published on this claim.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=VerdictKind.values), name="verdict_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=VerdictKind.VERDICT, rating__isnull=False)
                | models.Q(kind=VerdictKind.WITHDRAWAL, rating=None),
                name="verdict_has_a_rating",
                violation_error_message="A verdict has a rating; a withdrawal has none.",
            ),
            models.CheckConstraint(
                condition=models.Q(number=1, supersedes=None)
                | models.Q(number__gt=1, supersedes__isnull=False),
                name="verdict_follows_another",
                violation_error_message="Every verdict but the first supersedes the one before it.",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=VerdictKind.WITHDRAWAL) | models.Q(number__gt=1),
                name="verdict_withdrawal_follows",
                violation_error_message="Only a published verdict can be withdrawn.",
            ),
            models.CheckConstraint(
                # Who approves may also have changed the author's words, in a newsroom that allows it.
                condition=models.Q(self_approved=True) | ~models.Q(author=models.F("approver")),
                name="verdict_approver_is_another",
                violation_error_message="Who approves a verdict is not who wrote it.",
            ),
            in_order(
                "valid_from", "valid_to", "verdict_valid_in_order", "The verdict would end before it begins."
            ),
        ]
        indexes: ClassVar = [
            # The front page asks: which verdicts are the newest?
            models.Index(fields=["-published_at", "-id"], name="verdict_newest"),
            # The desk's list asks for what is rare: withdrawals, and what its author approved.
            models.Index(
                fields=["kind", "-id"], condition=~models.Q(kind="verdict"), name="verdict_otherwise"
            ),
            models.Index(
                fields=["-id"], condition=models.Q(self_approved=True), name="verdict_self_approved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating or self.get_kind_display()} (no. {self.number})"

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        claims = list(Claim.objects.filter(verdicts__in=ids).values_list("pk", flat=True))
        return [(Claim, claims), *Claim.shown_with(claims)]

    def get_absolute_url(self) -> str:
        return address("verdict", self.claim_id, self.number)

    @property
    def is_withdrawal(self) -> bool:
        return self.kind == VerdictKind.WITHDRAWAL

    @property
    def as_published(self) -> dict[str, Any]:
        """Return what readers were shown, with the names and titles as they were then."""
        return json.loads(self.snapshot)

    def holds_for(self, day: date) -> bool:
        """Does its validity take in this day? An open end has no limit."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    @property
    def belongs_to_merged_claim(self) -> bool:
        return self.claim.status == ClaimStatus.MERGED

    def withdraw(self, by: Any, note: str, at: Any = None) -> Verdict:
        """Publish that we no longer stand by this verdict; see `articles.publishing.withdraw`."""
        from articles.publishing import withdraw  # the gate builds on the models, so it comes late

        return withdraw(self, by, note, at)


class OfVerdictQuerySet(RecordQuerySet):
    """Rows that are as visible as their verdict."""

    def visible_to(self, user: Any) -> Self:
        return self.all() if at_desk(user) else self.filter(verdict__claim__status__in=PUBLIC_STATUSES)

    def editable_by(self, user: Any) -> Self:
        return self.none()


class CorrectionQuerySet(OfVerdictQuerySet):
    def visible_to(self, user: Any) -> Self:
        # Asked of each correction, not joined: where there are few of them, SQLite would begin with all verdicts.
        if at_desk(user):
            return self.all()
        seen = Verdict.objects.filter(pk=models.OuterRef("verdict"), claim__status__in=PUBLIC_STATUSES)
        return self.filter(models.Exists(seen))

    def newest(self, most: int) -> Self:
        """Return so many of these, the newest, as they are listed. They are found by themselves, as above."""
        rows = Correction.objects.filter(pk__in=self.order_by("-pk").values("pk")[:most])
        return cast(Self, rows.for_listing())

    def for_listing(self) -> Self:
        """Load what one row of a list shows: the claim, and the ratings before and after; newest first."""
        return self.select_related(
            "verdict__claim", "verdict__rating__scale", "verdict__supersedes__rating__scale"
        ).order_by("-pk")


class Citation(InsertOnly):
    """One piece of evidence a verdict rests on, at the number its reasoning calls it by."""

    hangs_on: ClassVar = {"verdict": ("verdict",)}

    verdict = models.ForeignKey(Verdict, models.PROTECT, related_name="citations")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="citations")
    position = models.PositiveIntegerField()

    objects = OfVerdictQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["verdict_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["verdict", "position"], name="citation_position_once"),
            models.UniqueConstraint(fields=["verdict", "evidence"], name="citation_evidence_once"),
        ]

    def __str__(self) -> str:
        return f"[{self.position}] {self.evidence}"


# What can change from one verdict of a series to the next, and what a correction calls it, in this order.
PARTS = {
    "rating": gettext_noop("Rating"),
    "claim_wording": gettext_noop("Claim"),
    "summary": gettext_noop("Summary"),
    "reasoning": gettext_noop("Reasoning"),
    "valid_from": gettext_noop("Holds from"),
    "valid_to": gettext_noop("Holds until"),
}


class Correction(InsertOnly):
    """Why a published verdict was followed by another; `before` and `after` say what readers saw change."""

    long_texts: ClassVar = frozenset({"note", "before", "after"})
    hangs_on: ClassVar = {"verdict": ("verdict",)}

    verdict = models.OneToOneField(Verdict, models.PROTECT, related_name="correction")
    kind = models.CharField(max_length=20, choices=CorrectionKind.choices)
    note = models.TextField(help_text=_("What was wrong, or what changed; readers see it."))
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-verdict_id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=CorrectionKind.values), name="correction_kind_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(note=""),
                name="correction_has_a_note",
                violation_error_message="Say what was wrong or what changed; readers see it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.note[:80]}"

    @property
    def said_before(self) -> str:
        """What readers saw before, with the names of the parts in their language."""
        return _in_words(self.before)

    @property
    def said_after(self) -> str:
        """What readers see since, with the names of the parts in their language."""
        return _in_words(self.after)

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        return Verdict.shown_with(list(cls.objects.filter(pk__in=ids).values_list("verdict_id", flat=True)))


def _in_words(told: str) -> str:
    """Translate the names of the parts that begin lines; each comes once at most, and in their order."""
    parts, lines = list(PARTS.values()), []
    for line in told.split("\n"):
        name, colon, words = line.partition(": ")
        if colon and name in parts:
            parts = parts[parts.index(name) + 1 :]
            line = f"{gettext(name)}: {words}"
        lines.append(line)
    return "\n".join(lines)
