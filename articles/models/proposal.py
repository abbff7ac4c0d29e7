"""Where a quotation may stand in a newer text, for an editor to decide. Rebuildable, outside the chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from articles.anchoring import Proposal
from articles.models.appearance import Appearance
from articles.models.article import ArticleVersion
from articles.models.choices import labelled, one_of
from articles.models.interest import keeps_out, require_impartial
from articles.models.ledger import act
from articles.models.recorded import RecordQuerySet, Storable, at_desk
from articles.models.review import ReviewTask
from articles.refusals import Refused
from articles.vocabulary import Decision, ProposalKind, ReviewReason

# How many characters of a quotation its name has.
_SHOWN = 120
# None of them quotes the text: they are kept in review tasks, out of reach of a redaction that cuts into the words.
_SENTENCES = {
    ProposalKind.CHANGED: "Version {number} of the text says it in other words, or in other surroundings.",
    ProposalKind.AMBIGUOUS: "In version {number} of the text the words may stand in several places.",
    ProposalKind.LOST: "Version {number} of the text no longer has the words, nor any like them.",
}


class AnchorProposalQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> AnchorProposalQuerySet:
        """Work of the desk."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> AnchorProposalQuerySet:
        """The desk decides what is open, but for those who have declared a conflict of interest on the claim."""
        return self.open().exclude(keeps_out(user, "appearance__claim")) if at_desk(user) else self.none()

    def open(self) -> AnchorProposalQuerySet:
        """Return what nobody decided yet, the longest waiting first."""
        return self.filter(state=Decision.OPEN).order_by("id")

    def decided(self) -> AnchorProposalQuerySet:
        """Return what an editor decided, or a still newer text."""
        return self.exclude(state=Decision.OPEN)

    def for_listing(self) -> AnchorProposalQuerySet:
        """Load what one row of a list shows."""
        return self.select_related("appearance__claim", "article_version__article", "decided_by").defer(
            "article_version__text", "article_version__offset_map"
        )


class AnchorProposal(Storable):
    """A quotation that did not carry over by itself. `candidates` are [start, end, similarity], likeliest first."""

    appearance = models.ForeignKey(Appearance, models.CASCADE, related_name="proposals")
    article_version = models.ForeignKey(ArticleVersion, models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=20, choices=labelled(ProposalKind))
    candidates = models.JSONField(default=list, blank=True)
    state = models.CharField(
        max_length=20, choices=labelled(Decision), default=Decision.OPEN.value, editable=False
    )
    carried_to = models.ForeignKey(Appearance, models.SET_NULL, null=True, editable=False, related_name="+")
    proposed_at = models.DateTimeField(editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = AnchorProposalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = "anchor proposal"
        constraints: ClassVar = [
            one_of("kind", ProposalKind, "proposal_kind_known"),
            one_of("state", Decision, "proposal_state_known"),
            models.UniqueConstraint(
                fields=["appearance", "article_version"],
                name="proposal_once",
                violation_error_message="This was asked of this version already.",
            ),
        ]
        indexes: ClassVar = [
            # The desk asks: what waits?
            models.Index(fields=["id"], condition=models.Q(state=Decision.OPEN), name="proposal_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: “{self.appearance.exact[:_SHOWN]}”"

    @property
    def sentence(self) -> str:
        """Return what happened to the words, without the words."""
        return _SENTENCES[ProposalKind(self.kind)].format(number=self.article_version.number)

    @property
    def places(self) -> list[tuple[int, int, str]]:
        """Return (start, end, words) of each candidate in the new text, the likeliest first."""
        text = self.article_version.text
        return [(start, end, text[start:end]) for start, end, _similarity in self.candidates]

    @classmethod
    def put(
        cls, appearance: Appearance, version: ArticleVersion, found: Proposal, at: datetime
    ) -> AnchorProposal:
        """Ask an editor where a quotation stands in a newer text, and for the claim's verdict to be read again."""
        proposal = cls.objects.create(
            appearance=appearance,
            article_version=version,
            kind=found.kind.value,
            candidates=[[one.start, one.end, round(one.similarity, 3)] for one in found.candidates],
            proposed_at=at,
        )
        if appearance.claim.current_verdict is not None:
            ReviewTask.ask(appearance.claim, version, ReviewReason.TEXT_CHANGED, proposal.sentence, at)
        return proposal

    def accept(self, by: Any, start: int | None = None, end: int | None = None) -> Appearance:
        """Say that the claim is made at text[start:end] of the new version; by default in the likeliest place.

        Raises Refused where it was decided already, and where nothing was found and no place is given.
        """
        if start is None or end is None:
            if not self.candidates:
                raise Refused("Nothing like these words was found; say where they stand.", "no_place")
            start, end = self.candidates[0][:2]
        with act(by, "accept_proposal", self.appearance.claim) as entry:
            self._require_open()
            text = self.article_version.text
            if not 0 <= start < end <= len(text):
                raise ValidationError({"start": f"The new text has {len(text)} characters."})
            # A merged claim is written about no more; what it said, its survivor says.
            claim = self.appearance.claim.merged_into or self.appearance.claim
            attributions = [one.found_in(text, start, end) for one in self.appearance.attributions.all()]
            self.carried_to = Appearance.mark(
                by, claim, self.article_version, start, end, attributions,
                carried_from=self.appearance,
            )  # fmt: skip
            self._decide(Decision.ACCEPTED, by, entry.at)
        return self.carried_to

    def dismiss(self, by: Any) -> None:
        """Say that the newer text does not make the claim any more."""
        with act(by, "dismiss_proposal", None) as entry:
            require_impartial(by, self.appearance.claim_id)
            self._require_open()
            self._decide(Decision.DISMISSED, by, entry.at)

    def reopen(self, by: Any) -> None:
        """Take a dismissal back; refused where a still newer text asks in its place."""
        with act(by, "reopen_proposal", None):
            require_impartial(by, self.appearance.claim_id)
            self.refresh_from_db(fields=["state", "decided_by"])
            if self.state != Decision.DISMISSED:
                raise Refused("Only a dismissal is taken back; what was carried over stays.", "not_dismissed")
            version = self.article_version
            if ArticleVersion.objects.filter(article=version.article_id, number__gt=version.number).exists():
                raise Refused(
                    "A newer version of this text is on record; decide on what is asked of that one.",
                    "older_text",
                )
            self._decide(Decision.OPEN, None, None)

    def overtake(self, at: datetime) -> None:
        """A still newer text answered it, or asks anew."""
        self._decide(Decision.OVERTAKEN, None, at)

    def _require_open(self) -> None:
        """Read the decision again, now that nobody else can decide; raise Refused where there is one."""
        self.refresh_from_db(fields=["state", "decided_by"])
        # The texts too, where they were loaded with the row: a redaction may have masked words since.
        for name in ("article_version", "appearance"):
            self._state.fields_cache.pop(name, None)
        if self.state != Decision.OPEN:
            who = f" by {self.decided_by}" if self.decided_by else ""
            raise Refused(f"This was {self.get_state_display()}{who} already.", "decided")

    def _decide(self, state: Decision, by: Any, at: datetime | None) -> None:
        self.state, self.decided_by, self.decided_at = state.value, by, at
        self.save(update_fields=["state", "decided_by", "decided_at", "carried_to"])
