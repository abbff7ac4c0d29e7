"""A checkable statement, worded to stand alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.addresses import address, slug
from articles.dates import DateRange
from articles.models.choices import in_order, labelled, one_of
from articles.models.counting import AmongFew, likely, some
from articles.models.interest import conflict_sentence, keeps_out, require_impartial
from articles.models.language import require_language
from articles.models.ledger import act
from articles.models.merging import Merging, MergingQuerySet, by_survivor
from articles.models.month import MonthOf
from articles.models.recorded import PublicSeq, at_desk, by_part, deeper
from articles.models.user import require_editor
from articles.refusals import Refused
from articles.vocabulary import ClaimKind, ClaimStatus, Origin

if TYPE_CHECKING:
    from articles.models.claim_batch import NewClaim
    from articles.models.relation import Related
    from articles.models.verdict import Verdict, VerdictQuerySet

# The statuses readers may see; a merged claim leads them to its survivor.
PUBLIC_STATUSES = (ClaimStatus.OPEN, ClaimStatus.CHECKING, ClaimStatus.NOT_CHECKABLE, ClaimStatus.MERGED)

# So many verdicts are made a set of, to look for their claims in it.
FEW_VERDICTS = 1_000


class ClaimQuerySet(MergingQuerySet):
    def visible_to(self, user: Any) -> ClaimQuerySet:
        """Readers see all claims but the dismissed ones."""
        return self.all() if at_desk(user) else self.public()

    def editable_by(self, user: Any) -> ClaimQuerySet:
        """The desk changes claims, but for those who have declared a conflict of interest on them; a merged one is
        changed through its survivor."""
        if not at_desk(user):
            return self.none()
        return self.exclude(status=ClaimStatus.MERGED).exclude(keeps_out(user, ""))

    def public(self) -> ClaimQuerySet:
        return self.filter(status__in=PUBLIC_STATUSES)

    def standing(self) -> ClaimQuerySet:
        """Leave out the claims that were merged into another."""
        return self.filter(merged_into=None)

    def related_to(self, claim: Any) -> ClaimQuerySet:
        """Return the other claims that a relation ties to this one; `claim` as in `one_with`."""
        from articles.models.relation import ClaimRelation

        of = deeper(claim)
        # One set of ids: two, tied by OR, no engine looks up by index.
        other = models.Case(models.When(low=of, then=models.F("high")), default=models.F("low"))
        return self.filter(pk__in=ClaimRelation.objects.of(of).order_by().values_list(other))

    def checked(self) -> ClaimQuerySet:
        """Return the claims with a current verdict, their own or a merged claim's; it is stored nowhere else."""
        return self.filter(self.is_checked())

    def without_verdict(self) -> ClaimQuerySet:
        """Return the claims that `checked` leaves out, whatever their status."""
        return self.filter(~self.is_checked())

    def unchecked(self) -> ClaimQuerySet:
        """Return the open claims that have no current verdict."""
        return self.without_verdict().filter(status__in=(ClaimStatus.OPEN, ClaimStatus.CHECKING))

    def rated(self, slugs: Iterable[str]) -> ClaimQuerySet:
        """Return the claims whose current verdict has one of these ratings, on whatever scale."""
        return self.with_such_a_verdict(rating__slug__in=list(slugs))

    def with_such_a_verdict(self, **which: Any) -> ClaimQuerySet:
        """Return the claims of whose current verdict, their own or a merged claim's, this holds."""
        from articles.models.verdict import Verdict

        seen = Verdict.objects.each_seen_today().filter(**which).order_by()
        sets = (
            seen.values("claim"),
            seen.filter(claim__status=ClaimStatus.MERGED).values("claim__merged_into"),
        )
        if "published_at__gte" in which:
            # The newest verdicts are few, and an index knows them.
            return self.filter(models.Q(pk__in=sets[0]) | models.Q(pk__in=sets[1]))
        its_own = some(seen.filter(claim=models.OuterRef("pk")))
        merged = Claim.objects.filter(status=ClaimStatus.MERGED, merged_into=models.OuterRef("pk"))
        # Of many such verdicts a list shows the first few, so each claim is asked by itself; where there are few, that
        # would ask all claims in vain.
        many = models.Exists(Verdict.objects.filter(**which).order_by()[FEW_VERDICTS : FEW_VERDICTS + 1])
        few = models.Q()
        for one in sets:
            few |= models.Q(AmongFew(models.F("pk"), one[: FEW_VERDICTS + 1]))
        return self.filter(
            models.Q(many) & likely(its_own | some(merged.filter(its_own))) | ~models.Q(many) & few
        )

    def is_checked(self) -> models.Q:
        """Return the condition behind `checked`, which is asked of each claim by itself.

        Sets of all verdicts would be made anew for each part of a larger question, as PostgreSQL plans it.
        """
        return likely(self.is_checked_itself())

    def is_checked_itself(self) -> models.Q:
        """Return the same for where no plan follows from it, such as a column: SQLite reads no deep conditions."""
        from articles.models.verdict import Verdict

        seen = Verdict.objects.each_seen_today().filter(claim=models.OuterRef("pk"))
        merged = Claim.objects.filter(status=ClaimStatus.MERGED, merged_into=models.OuterRef("pk"))
        return some(seen) | some(merged.filter(some(seen)))

    def with_current_verdict(self, without: Iterable[str] = ()) -> ClaimQuerySet:
        """Load what `current_verdict` returns, with its rating: two queries, three where claims were merged.

        `without` names columns of the verdict and its rating that nobody will look at.
        """
        from articles.models.verdict import Verdict

        # Of few claims: the sets of `seen_today` are made of all that was ever merged.
        seen = Verdict.objects.each_seen_today().select_related("rating__scale")
        seen = seen.annotate(is_current=models.Value(True)).in_short().defer(*without)
        verdicts = models.Prefetch("verdicts", seen, to_attr="current_verdicts")
        merged = Claim.objects.order_by("pk").prefetch_related(verdicts)
        return self.prefetch_related(verdicts, models.Prefetch("merged", merged, to_attr="merged_claims"))

    def for_listing(self) -> ClaimQuerySet:
        """Load what one row of a list shows: current verdict with rating, words and who says it."""
        from articles.models.appearance import Appearance

        return self.with_current_verdict().prefetch_related(
            models.Prefetch(
                "appearances",
                Appearance.objects.of_current_texts()
                .visible_to(None)
                .select_related("article_version__article")
                .defer("article_version__text", "article_version__offset_map")
                .prefetch_related("attributions__claimant"),
                to_attr="shown_appearances",
            ),
        )


class Claim(Merging, PublicSeq):
    """One checkable statement. What was said in which words is its appearances'; whether it holds, its verdicts'."""

    revisable: ClassVar = frozenset(
        {"statement", "kind", "language", "asserted_earliest", "asserted_latest", "asserted_basis"}
    )

    statement = models.TextField(
        help_text=_("One statement that stands alone: names for “he” and “they”, dates for “last year”.")
    )
    kind = models.CharField(max_length=20, choices=labelled(ClaimKind), default=ClaimKind.FACT)
    topics = models.ManyToManyField("articles.Topic", blank=True, related_name="claims")
    language = models.CharField(max_length=35, default="en")
    asserted_earliest = models.DateField(null=True, blank=True)
    asserted_latest = models.DateField(null=True, blank=True)
    asserted_basis = models.CharField(
        max_length=300, blank=True, help_text=_("How we know when it was said.")
    )
    origin = models.CharField(max_length=20, choices=labelled(Origin), default=Origin.EDITOR, editable=False)
    status = models.CharField(
        max_length=20, choices=labelled(ClaimStatus), default=ClaimStatus.OPEN, editable=False
    )
    status_reason = models.TextField(
        blank=True, editable=False, help_text=_("Why it is not checkable, or was dismissed; readers see it.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = ClaimQuerySet.as_manager()

    # Only where `with_current_verdict` loaded them.
    merged_claims: list[Claim]
    # Only where a `Graph` loaded what is shown with the claim.
    shown: Any

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            one_of("kind", ClaimKind, "claim_kind_known"),
            one_of("status", ClaimStatus, "claim_status_known"),
            one_of("origin", Origin, "claim_origin_known"),
            models.CheckConstraint(
                condition=~models.Q(statement=""),
                name="claim_has_a_statement",
                violation_error_message="A claim needs a statement.",
            ),
            models.CheckConstraint(
                condition=models.Q(status=ClaimStatus.MERGED, merged_into__isnull=False)
                | (~models.Q(status=ClaimStatus.MERGED) & models.Q(merged_into=None)),
                name="claim_merged_has_survivor",
                violation_error_message="A merged claim, and only a merged one, names its survivor.",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=[ClaimStatus.NOT_CHECKABLE, ClaimStatus.DISMISSED])
                | ~models.Q(status_reason=""),
                name="claim_put_aside_with_reason",
                violation_error_message="Say why the claim is not checkable or dismissed; readers will ask.",
            ),
            in_order(
                "asserted_earliest",
                "asserted_latest",
                "claim_asserted_in_order",
                "The latest possible date lies before the earliest.",
            ),
        ]
        indexes: ClassVar = [
            by_part("claim_by_part"),
            by_survivor("claim_by_survivor"),
            # The claim list asks: which claims of this status are the newest?
            models.Index(fields=["status", "-id"], name="claim_by_status"),
            # … and which of this month? They come in by the month: without this, all newer ones are read.
            models.Index(MonthOf("asserted_earliest"), models.F("id").desc(), name="claim_by_month"),
            # The desk's list asks: which claims of this kind, or that came this way, are the newest?
            models.Index(fields=["kind", "-id"], name="claim_by_kind"),
            models.Index(fields=["origin", "-id"], name="claim_by_origin"),
            # … and: which were made, or came in, since that day?
            models.Index(fields=["-asserted_latest", "-id"], name="claim_by_assertion"),
            models.Index(fields=["-created_at", "-id"], name="claim_by_arrival"),
        ]

    def __str__(self) -> str:
        return self.statement[:200]

    def clean(self) -> None:
        require_language(language=self.language)

    def image(self) -> dict[str, Any]:
        return self.image_about(topic.pk for topic in self.topics.all())

    def image_about(self, topics: Iterable[int]) -> dict[str, Any]:
        """Return `image` of a claim about these topics, whose ids are known."""
        return {**super().image(), "topics": sorted(topics)}

    def as_shown(self) -> dict[str, Any]:
        return {**super().as_shown(), "topics": sorted(topic.pk for topic in self.topics.all())}

    @classmethod
    def images_of(cls, ids: Sequence[int], using: str = "default") -> Iterator[tuple[int, dict[str, Any]]]:
        # Of a topic its id is all that is needed.
        topics: dict[int, list[int]] = defaultdict(list)
        pairs = cls.topics.through._base_manager.using(using).filter(claim__in=ids)
        for claim, topic in pairs.values_list("claim_id", "topic_id"):
            topics[claim].append(topic)
        for row in cls._base_manager.using(using).filter(pk__in=ids).order_by("pk"):
            yield row.pk, row.image_about(topics.get(row.pk, ()))

    @classmethod
    def for_readers(cls) -> models.QuerySet:
        return super().for_readers().prefetch_related("topics")

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        """Articles, sources and claimants whose pages name these claims."""
        from articles.models.article import Article
        from articles.models.claimant import Claimant
        from articles.models.source import Source

        # What names a merged claim shows the state of its survivor.
        ids = cls.objects.families(ids)
        articles = Article.objects.filter(versions__appearances__claim__in=ids)
        sources = Source.objects.filter(versions__evidence__claim__in=ids)
        claimants = Claimant.objects.filter(attributions__appearance__claim__in=ids)
        return [
            (Article, articles.values_list("pk", flat=True)),
            (Source, sources.values_list("pk", flat=True)),
            (Claimant, claimants.values_list("pk", flat=True)),
        ]

    @classmethod
    def beside(cls, ids: Iterable[int]) -> set[int]:
        """Claims merged with these, and then what is related to any of them."""
        from articles.models.relation import ClaimRelation

        known = cls.objects.families(ids)
        return known | set(ClaimRelation.objects.neighbours(known))

    @classmethod
    def keep_counts(cls, after: Mapping[int, dict[str, Any] | None], new: set[int]) -> None:
        """How many claims are about each topic."""
        from articles.models.counted import keep_topics

        keep_topics(after, new)

    @property
    def slug(self) -> str:
        return slug(self.statement, "claim")

    def get_absolute_url(self) -> str:
        return address("claim", self.pk, self.slug)

    @property
    def asserted(self) -> DateRange:
        return DateRange(self.asserted_earliest, self.asserted_latest, self.asserted_basis)

    # Questions about verdicts.

    def verdict_series(self) -> VerdictQuerySet:
        """Return the verdicts of this claim and of the claims merged into it, in the order of publication."""
        from articles.models.verdict import Verdict

        return Verdict.objects.in_series_of(self).in_order_of_publication()

    @property
    def series(self) -> list[Any]:
        """The verdicts that were loaded with the claim, in the order of publication; each knows `is_current`."""
        series: list[Any] = self.shown.series
        for verdict in series:
            verdict.is_current = verdict is series[-1] and not verdict.is_withdrawal
        return series

    @property
    def related(self) -> list[Related]:
        """The related claims that were loaded with the claim, and how they relate."""
        return [relation.seen_from(self) for relation in self.shown.relations]

    @property
    def current_verdict(self) -> Verdict | None:
        """Return what readers see today: None before the first verdict and after a withdrawal.

        Costs no query where `for_listing` or `with_current_verdict` was used, or the series is loaded.
        """
        if hasattr(self, "current_verdicts"):
            claims: list[Any] = [self, *self.merged_claims]
            return next((verdict for claim in claims for verdict in claim.current_verdicts), None)
        if hasattr(self, "shown"):
            return next((verdict for verdict in self.series if verdict.is_current), None)
        last = self.verdict_series().last()
        return None if last is None or last.is_withdrawal else last

    def as_of(self, at: datetime) -> Verdict | None:
        """Return the verdict readers saw at that moment; None where there was none, or it was withdrawn.

        Costs no query where the series is loaded.
        """
        shown = [verdict for verdict in self._whole_series() if verdict.published_at <= at]
        return None if not shown or shown[-1].is_withdrawal else shown[-1]

    def held_on(self, day: date) -> Verdict | None:
        """Return the verdict that, as we know today, holds for that day; None where none does.

        A verdict that was corrected or withdrawn holds for no day. One that was followed because the world
        changed (an update) still holds for its own time. Costs no query where the series is loaded.
        """
        from articles.models.verdict import still_standing

        standing = [verdict for verdict in still_standing(self._whole_series()) if verdict.holds_for(day)]
        return standing[-1] if standing else None

    def _whole_series(self) -> list[Any]:
        if hasattr(getattr(self, "shown", None), "series"):
            return self.series
        return list(self.verdict_series().select_related("correction"))

    def refusal_to(self, user: Any) -> str:
        return conflict_sentence(user, self) or super().refusal_to(user)

    # Verbs.

    @classmethod
    def add(
        cls, by: Any, statement: str, *, topics: Iterable[Any] = (), at: datetime | None = None, **facts: Any
    ) -> Claim:
        """Put a claim on record."""
        with act(by, "add", None, at) as entry:
            claim = cls(statement=statement, created_by=by, created_at=entry.at, **facts)
            entry.insert(claim)
            claim.topics.set(topics)
            entry.subject = entry.subject or claim
        return claim

    @classmethod
    def bring_in(cls, by: Any, rows: Sequence[NewClaim], at: datetime | None = None) -> list[int]:
        """Put many claims on record in one act, as `add` would each; return their ids. See `ClaimBatch`."""
        from articles.models.claim_batch import ClaimBatch

        return ClaimBatch(by, rows, at or timezone.now()).write()

    def revise(
        self,
        by: Any,
        *,
        expected: int | None = None,
        at: datetime | None = None,
        topics: Iterable[Any] | None = None,
        **changes: Any,
    ) -> Claim:
        """Change fields, and what it is about; see `Revised.revise`."""
        if topics is None:
            return super().revise(by, expected=expected, at=at, **changes)
        with act(by, "revise", self, at):
            before = self.revision
            super().revise(by, expected=expected, at=at, **changes)
            wanted = sorted(topic.pk for topic in topics)
            if wanted != sorted(self.topics.values_list("pk", flat=True)):
                self.set_topics(by, wanted, None if self.revision != before else expected)
        return self

    def set_topics(self, by: Any, topics: Iterable[Any], expected: int | None = None) -> None:
        """Say what the claim is about."""
        self.require_editable(by)
        with act(by, "set_topics", self) as entry:
            self.write([], expected)
            entry.ask(*self.topics.all())
            self.topics.set(topics)
            entry.ask(*self.topics.all())
            entry.add(self)

    def start_checking(self, by: Any) -> None:
        """Tell colleagues and readers that somebody is at it."""
        self._set_status(by, "start_checking", ClaimStatus.CHECKING)

    def reopen(self, by: Any) -> None:
        """Put the claim back among the open ones."""
        self._set_status(by, "reopen", ClaimStatus.OPEN)

    def declare_not_checkable(self, by: Any, reason: str) -> None:
        """Say that no record could settle this: an opinion, a prediction, a figure of speech."""
        self._set_status(by, "declare_not_checkable", ClaimStatus.NOT_CHECKABLE, reason)

    def dismiss(self, by: Any, reason: str) -> None:
        """Take the claim out of readers' sight; refused once a verdict on it was published."""
        require_editor(by, "dismisses claims")
        self._set_status(by, "dismiss", ClaimStatus.DISMISSED, reason)

    def _set_status(self, by: Any, verb: str, status: ClaimStatus, reason: str = "") -> None:
        self.require_editable(by)
        with act(by, verb, self) as entry:
            self.refresh_from_db()
            if self.status == ClaimStatus.MERGED:
                raise Refused("This claim was merged; change the one it was merged into.", "merged")
            has_verdicts = self.verdict_series().exists()
            if status == ClaimStatus.DISMISSED and has_verdicts:
                raise Refused(
                    "A verdict on this claim was published, so readers must be able to find it. "
                    "Withdraw the verdict instead.",
                    "has_verdicts",
                )
            if status == ClaimStatus.NOT_CHECKABLE and self.current_verdict is not None:
                raise Refused("This claim has a verdict. Withdraw it first.", "has_verdict")
            self.status, self.status_reason = status, reason.strip()
            self.full_clean()
            self.write(["status", "status_reason"])
            entry.add(self)

    def refuse_merge(self, survivor: Claim, by: Any) -> None:
        require_impartial(by, self, survivor)
        if self.status == ClaimStatus.DISMISSED:
            # Merged claims are public: they lead readers to their survivor.
            raise Refused(
                "This claim was dismissed, so readers must not meet it; reopen it first.", "dismissed"
            )
        if survivor.status == ClaimStatus.DISMISSED:
            raise Refused("The claim you want to keep was dismissed; reopen it first.", "dismissed")

    def unmerge(self, by: Any) -> None:
        require_impartial(by, self)
        super().unmerge(by)

    def point_at(self, survivor: Claim | None) -> None:
        self.merged_into = survivor
        # Only a claim that was not checkable still has a reason when a merge is taken back.
        before = ClaimStatus.NOT_CHECKABLE if self.status_reason else ClaimStatus.OPEN
        self.status = ClaimStatus.MERGED if survivor else before
        self.full_clean()
        self.write(["merged_into", "status"])
