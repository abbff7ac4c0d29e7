"""What ties a passage of a source to a claim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Visibility, visibility_known
from articles.models.choices import labelled, one_of
from articles.models.claim import PUBLIC_STATUSES, Claim
from articles.models.interest import conflict_sentence, keeps_out, require_impartial
from articles.models.ledger import act
from articles.models.recorded import Recorded, RecordQuerySet, Revised, at_desk, require_there
from articles.models.source import Source
from articles.models.source_version import SourceVersion
from articles.models.user import require_editor
from articles.refusals import Refused
from articles.vocabulary import ClaimStatus, PassageState, Posture, Stance


class EvidenceQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> EvidenceQuerySet:
        """Readers see what was opened to them, on claims they can see; publishing a verdict opens what it cites."""
        if at_desk(user):
            return self.all()
        return self.filter(
            visibility=Visibility.PUBLIC,
            claim__status__in=PUBLIC_STATUSES,
            # Evidence that was opened may be revised onto another source, which nobody has opened yet.
            source_version__source__visibility=Visibility.PUBLIC,
        )

    def editable_by(self, user: Any) -> EvidenceQuerySet:
        """The desk changes evidence until a verdict cites it; from then on a new row replaces it. Whoever has declared
        a conflict of interest on its claim does not."""
        if not at_desk(user):
            return self.none()
        return self.uncited().exclude(claim__status=ClaimStatus.MERGED).exclude(keeps_out(user))

    def uncited(self) -> EvidenceQuerySet:
        return self.filter(citations=None)

    def standing(self) -> EvidenceQuerySet:
        """Leave out the rows that another row has replaced."""
        return self.filter(~_replaced())

    def with_is_replaced(self) -> EvidenceQuerySet:
        """Say of each row, as `is_replaced`, whether another one has replaced it."""
        return self.annotate(is_replaced=_replaced())

    def on(self, claim: Claim) -> EvidenceQuerySet:
        """Return the evidence on a claim and on the claims merged into it."""
        return self.filter(claim__in=Claim.objects.one_with(claim))

    def resting_on(self, source: Any) -> EvidenceQuerySet:
        """Return the evidence from a source, or its id, and from the sources merged into it."""
        versions = SourceVersion.objects.filter(source__in=Source.objects.one_with(source)).order_by()
        return self.filter(source_version__in=versions)

    def for_listing(self) -> EvidenceQuerySet:
        """Load what one piece of evidence shows: its source and the version that was looked at."""
        return self.with_sources().select_related("claim")

    def with_sources(self) -> EvidenceQuerySet:
        """Load what evidence shows on its claim's side: the source, and which state of it."""
        return self.select_related("source_version__source").defer("source_version__text").order_by("pk")


def _replaced() -> models.Exists:
    # Not a join: of an index that is nearly all NULL, SQLite believes that each look into it finds thousands of
    # rows, and then it reads the whole table in order rather than look.
    return models.Exists(Evidence.objects.filter(replaces=models.OuterRef("pk")))


class Evidence(Revised, Recorded):
    """One passage, or what a source shows, for or against one claim."""

    long_texts: ClassVar = frozenset({"passage"})
    hangs_on: ClassVar = {"claim": ("claim",), "source": ("source_version__source",)}
    continues: ClassVar = ("replaces_id",)
    revisable: ClassVar = frozenset({"source_version", "stance", "passage", "locator", "posture", "note"})

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="evidence")
    source_version = models.ForeignKey(SourceVersion, models.PROTECT, related_name="evidence")
    stance = models.CharField(max_length=20, choices=labelled(Stance))
    passage = models.TextField(blank=True, help_text=_("The source's exact words."))
    passage_state = models.CharField(
        max_length=20, choices=labelled(PassageState), default=PassageState.NONE, editable=False
    )
    start = models.PositiveIntegerField(null=True, editable=False)
    end = models.PositiveIntegerField(null=True, editable=False)
    locator = models.CharField(
        max_length=300, blank=True, help_text=_("Page, paragraph, time: where it stands.")
    )
    posture = models.CharField(
        max_length=20, choices=labelled(Posture), blank=True,
        help_text=_("Court sources only: how far the court had come when this was said."),
    )  # fmt: skip
    note = models.TextField(blank=True, help_text=_("What it shows, in our words."))
    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.DESK, editable=False
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="replaced_by"
    )
    created_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["claim_id", "id"]
        indexes: ClassVar = [
            # The desk's list asks, claim after claim: what is shown to nobody yet?
            models.Index(fields=["visibility", "claim", "id"], name="evidence_by_visibility"),
            # … and for what is rare: words that nobody found in a stored text, and the postures of court papers.
            models.Index(
                fields=["passage_state", "claim", "id"],
                condition=~models.Q(passage_state="verified"),
                name="evidence_unverified",
            ),
            models.Index(
                fields=["posture", "claim", "id"],
                condition=~models.Q(posture=""),
                name="evidence_with_posture",
            ),
        ]
        verbose_name_plural = "evidence"
        constraints: ClassVar = [
            one_of("stance", Stance, "evidence_stance_known"),
            one_of("passage_state", PassageState, "evidence_passage_state_known"),
            one_of("posture", Posture, "evidence_posture_known", blank=True),
            visibility_known("evidence"),
            models.CheckConstraint(
                condition=~models.Q(passage="") | ~models.Q(note=""),
                name="evidence_says_something",
                violation_error_message="Give the source's words, or say in yours what it shows.",
            ),
            models.CheckConstraint(
                condition=models.Q(passage="", passage_state=PassageState.NONE)
                | (~models.Q(passage="") & ~models.Q(passage_state=PassageState.NONE)),
                name="evidence_passage_with_state",
                violation_error_message="A passage is verified or transcribed; without one there is no state.",
            ),
            models.CheckConstraint(
                condition=models.Q(passage_state=PassageState.VERIFIED, end__gt=models.F("start"))
                | (~models.Q(passage_state=PassageState.VERIFIED) & models.Q(start=None, end=None)),
                name="evidence_verified_has_place",
                violation_error_message="A verified passage has its place in the stored text.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stance_display()}: {(self.passage or self.note)[:80]}"

    def clean(self) -> None:
        if self.posture and not self.source_version.source.is_court:
            raise ValidationError(
                {"posture": "Only evidence from a court case, filing or order has a posture."}
            )

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        rows = cls.objects.filter(pk__in=ids)
        return [
            (Claim, rows.values_list("claim_id", flat=True)),
            (Source, rows.values_list("source_version__source_id", flat=True)),
        ]

    @property
    def is_cited(self) -> bool:
        """Does a published verdict rest on this row? Costs a query."""
        return self.citations.exists()

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    def place_passage(self) -> None:
        """Look the passage up in the stored text: found there it is verified, otherwise transcribed."""
        text = self.source_version.text or ""
        at = text.find(self.passage) if self.passage else -1
        if not self.passage:
            self.passage_state = PassageState.NONE
        else:
            self.passage_state = PassageState.VERIFIED if at >= 0 else PassageState.TRANSCRIBED
        self.start, self.end = (at, at + len(self.passage)) if at >= 0 else (None, None)

    # Verbs.

    @classmethod
    def add(cls, by: Any, claim: Claim, source_version: SourceVersion, stance: str, **facts: Any) -> Evidence:
        """Tie a passage of a source version to a claim, at the desk only until it is opened or cited."""
        claim.require_editable(by)
        with act(by, "add", claim) as entry:
            evidence = cls(claim=claim, source_version=source_version, stance=stance, created_by=by, **facts)
            evidence.place_passage()
            entry.insert(evidence)
        return evidence

    def require_editable(self, by: Any) -> None:
        if self.is_cited:
            raise Refused(
                "A published verdict cites this evidence. Replace it instead of changing it.", "cited"
            )
        super().require_editable(by)

    def refusal_to(self, user: Any) -> str:
        return conflict_sentence(user, self.claim_id) or super().refusal_to(user)

    def write(self, fields: Iterable[str], expected: int | None = None) -> None:
        fields = set(fields)
        if fields & {"passage", "source_version"}:
            self.place_passage()
            fields |= {"passage_state", "start", "end"}
        super().write(fields, expected)

    def revise(
        self, by: Any, *, expected: int | None = None, at: datetime | None = None, **changes: Any
    ) -> Evidence:
        # The state of the passage must fit before full_clean sees the row.
        for name in ("passage", "source_version"):
            if name in changes and name in self.revisable:
                preview = Evidence(
                    source_version=changes.get("source_version", self.source_version),
                    passage=changes.get("passage", self.passage),
                )
                preview.place_passage()
                self.passage_state, self.start, self.end = preview.passage_state, preview.start, preview.end
        return super().revise(by, expected=expected, at=at, **changes)

    def replace(self, by: Any, **changes: Any) -> Evidence:
        """Put a new row in the place of this one, which stays for the verdicts that cite it."""
        self.claim.require_editable(by)
        with act(by, "replace", self) as entry:
            require_there(self)
            self.refresh_from_db()
            facts = {name: getattr(self, name) for name in self.revisable}
            if Evidence.objects.filter(replaces=self).exists():
                raise Refused("This evidence was replaced already; replace the newest row.", "replaced")
            evidence = Evidence(
                claim=self.claim,
                replaces=self,
                visibility=self.visibility,
                created_by=by,
                **{**facts, **changes},
            )
            evidence.place_passage()
            entry.insert(evidence)
            if evidence.is_public:
                evidence.source_version.source.show()
        return evidence

    def open_to_readers(self, by: Any) -> None:
        """Show readers this evidence and its source before a verdict does."""
        require_editor(by, "decides which evidence readers see")
        require_impartial(by, self.claim_id)
        with act(by, "open_to_readers", self) as entry:
            if not self.is_public:
                self.visibility = Visibility.PUBLIC
                self.write(["visibility"])
                entry.open(self)
            self.source_version.source.show()

    def take_back(self, by: Any) -> None:
        """Remove evidence that no verdict cites."""
        with act(by, "remove_evidence", self.claim) as entry:
            self.require_editable(by)
            if self.draft_uses.exists():
                raise Refused("A verdict draft uses this evidence; take it out there first.", "in_draft")
            if Evidence.objects.filter(replaces=self).exists():
                raise Refused("Another row replaced this evidence; take that one back first.", "replaced")
            if self.research_steps.exists():
                raise Refused("A research step led to this evidence; change the step first.", "in_research")
            entry.remove(type(self), self.pk)
            entry.add(self.claim, self.source_version.source)
            self.delete()
