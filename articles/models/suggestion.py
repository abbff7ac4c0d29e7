"""What the importer found in a text that somebody could check. Thousands of texts must not mean thousands of claims:
a suggestion becomes a claim only where an editor accepts it. Rebuildable, outside the chain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from articles.models.appearance import Appearance
from articles.models.article import ArticleVersion
from articles.models.assignment import Assignment
from articles.models.choices import labelled, one_of
from articles.models.claim import Claim
from articles.models.counting import likely, some
from articles.models.ledger import act
from articles.models.recorded import RecordQuerySet, at_desk
from articles.models.redaction import MASK
from articles.models.splitting import Splitting
from articles.refusals import NotAllowed, Refused
from articles.vocabulary import ClaimKind, ClaimStatus, Decision, Origin

# How many characters of the words that name somebody fit into an attribution.
_DESCRIBED = 300
# How many of its own characters name a suggestion.
_NAMED = 100
# The words of a claim whose acceptance was taken back wait again. They stay on record, as all quotations do.
_TAKEN_BACK = models.Q(claim__status=ClaimStatus.DISMISSED, claim__origin=Origin.SUGGESTION)


class SuggestionQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> SuggestionQuerySet:
        """Work of the desk; readers see the claims that come of it."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> SuggestionQuerySet:
        """What became a claim is changed as a claim."""
        return self.visible_to(user).exclude(state=Decision.ACCEPTED)

    def open(self) -> SuggestionQuerySet:
        """Return what nobody decided yet, in texts that are still the newest, where no claim lies on the words."""
        marked = Appearance.objects.exclude(_TAKEN_BACK).filter(
            article_version=models.OuterRef("article_version"),
            start__lt=models.OuterRef("end"),
            end__gt=models.OuterRef("start"),
        )
        # Asked of each row in the order of the queue: of whole tables, PostgreSQL compares every claim with every
        # suggestion of its text.
        return self.filter(likely(~some(_newer_versions()) & ~some(marked)), state=Decision.OPEN)

    def decided(self) -> SuggestionQuerySet:
        """Return what somebody accepted or dismissed."""
        return self.exclude(state=Decision.OPEN)

    def ranked(self) -> SuggestionQuerySet:
        """Return them with what is most worth checking first."""
        return self.order_by("-score", "-article_version_id", "start", "id")

    def for_listing(self) -> SuggestionQuerySet:
        """Load what one row of a list shows. Many rows share a text, so each text is fetched once."""
        versions = ArticleVersion.objects.select_related("article").defer("offset_map")
        return self.select_related("claim", "decided_by").prefetch_related(
            models.Prefetch("article_version", versions)
        )

    def with_words(self) -> SuggestionQuerySet:
        """Load the words, as `words`, without the texts they are cut from."""
        words = Substr("article_version__text", models.F("start") + 1, models.F("end") - models.F("start"))
        return self.annotate(words=words)


def _newer_versions() -> models.QuerySet:
    """Return what a suggestion's text was followed by, for use in a query about suggestions.

    The text is asked for inside: joined to the suggestions, SQLite walks over all texts instead of the queue's index.
    """
    followed = models.Q(article__versions__number__gt=models.F("number"))
    return ArticleVersion.objects.filter(followed, pk=models.OuterRef("article_version"))


# Never shown to readers, who do not see dismissed claims; the desk reads it beside the claim.
_MISTAKEN = "A suggestion was accepted by mistake."


def _require_nothing_rests_on(claim: Claim) -> None:
    """Raise Refused where any row points at the claim besides the suggestion and the words that it was made of."""
    expected = {"suggestions": 1, "appearances": 1}
    more = set()
    for relation in Claim._meta.related_objects:
        name = relation.get_accessor_name()
        rows = relation.related_model._base_manager.filter(**{relation.field.name: claim})
        if rows.count() > expected.get(name or "", 0):
            more.add(str(relation.related_model._meta.verbose_name))
    if more:
        raise Refused(
            f"More than the suggestion rests on this claim by now ({', '.join(sorted(more))}); "
            "decide on it as a claim.",
            "in_use",
        )


class Suggestion(Splitting):
    """One sentence of a text that could be checked: its place, how much it is worth it and why, and who says it.

    `reasons` are {code, words, weight}; `chain` are {start, end, unnamed, kind, verbatim}, outermost first;
    `clauses` are [start, end]; `rests_on` are {kind, start, end, name, fields, confirm, keys}. All offsets count
    code points of the version's text.
    """

    article_version = models.ForeignKey(ArticleVersion, models.CASCADE, related_name="suggestions")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=labelled(ClaimKind))
    score = models.FloatField(help_text=_("How much it is worth checking, from 0 to 1."))
    reasons = models.JSONField(default=list, blank=True)
    chain = models.JSONField(default=list, blank=True)
    clauses = models.JSONField(default=list, blank=True)
    rests_on = models.JSONField(default=list, blank=True)
    reader = models.CharField(max_length=200, help_text=_("What found it, with the versions of its models."))
    state = models.CharField(
        max_length=20, choices=labelled(Decision), default=Decision.OPEN.value, editable=False
    )
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, editable=False, related_name="suggestions")
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["article_version_id", "start", "id"]
        constraints: ClassVar = [
            one_of("kind", ClaimKind, "suggestion_kind_known"),
            one_of("state", Decision, "suggestion_state_known"),
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")),
                name="suggestion_end_after_start",
                violation_error_message="The suggestion must end after it starts.",
            ),
            models.CheckConstraint(
                condition=models.Q(score__gte=0, score__lte=1),
                name="suggestion_score_from_0_to_1",
                violation_error_message="The score is a number from 0 to 1.",
            ),
            models.CheckConstraint(
                condition=models.Q(state=Decision.ACCEPTED, claim__isnull=False)
                | (~models.Q(state=Decision.ACCEPTED) & models.Q(claim=None)),
                name="suggestion_accepted_is_a_claim",
                violation_error_message="A suggestion has a claim once it is accepted, and only then.",
            ),
            models.UniqueConstraint(
                fields=["article_version", "start", "end"],
                name="suggestion_once",
                violation_error_message="These words are suggested already.",
            ),
        ]
        indexes: ClassVar = [
            # The queue asks: what is most worth checking of what nobody decided?
            models.Index(
                fields=["-score", "-article_version", "start"],
                condition=models.Q(state=Decision.OPEN),
                name="suggestion_queue",
            ),
            # Its filter asks: what of this kind?
            models.Index(
                fields=["kind", "-score", "-article_version", "start"],
                condition=models.Q(state=Decision.OPEN),
                name="suggestion_queue_of_kind",
            ),
            # … and: what was decided last?
            models.Index(
                fields=["-decided_at", "-id"],
                condition=~models.Q(state=Decision.OPEN),
                name="suggestion_decided",
            ),
        ]

    def __str__(self) -> str:
        words = " ".join(self.exact.split())
        return words if len(words) <= _NAMED else f"{words[:_NAMED]}…"

    @property
    def exact(self) -> str:
        """Return the words, as they stand in the text."""
        return self.article_version.text[self.start : self.end]

    def words_of(self, link: dict[str, Any]) -> str:
        """Return the words that name one link of the chain."""
        return self.article_version.text[link["start"] : link["end"]]

    @property
    def speakers(self) -> list[str]:
        """Return who says it through whom, outermost first, in the words of the text; the text itself goes unsaid."""
        return [" ".join(self.words_of(link).split()) for link in self.chain]

    # Verbs. None of them enters the ledger but for the claim that comes of an acceptance.

    def accept(
        self,
        by: Any,
        *,
        statement: str = "",
        kind: str = "",
        start: int | None = None,
        end: int | None = None,
    ) -> Claim:
        """Make it a claim that appears in these words, said by whom the importer found; return the claim.

        Of a sentence that makes several claims each clause may be accepted, one after the other; `claim` is the first.
        `statement` words the claim so that it stands alone, by default as in the text. `start` and `end` narrow
        it to a part of the sentence, one of its clauses for example. Raises Refused where it was decided already.
        """
        start = self.start if start is None else start
        end = self.end if end is None else end
        if not self.start <= start < end <= self.end:
            raise ValidationError({"start": "The claim's words must lie within the suggestion's."})
        with act(by, "accept_suggestion", None) as entry:
            is_further = self._require_acceptable(start, end)
            version = self.article_version
            claim = Claim.add(
                by,
                # A sentence may run over lines that only its text breaks.
                statement.strip() or " ".join(version.text[start:end].split()),
                kind=kind or self.kind,
                origin=Origin.SUGGESTION,
                language=version.article.language,
            )
            Appearance.mark(by, claim, version, start, end, self._attributions())
            if not is_further:
                self._decide(Decision.ACCEPTED, by, entry.at, claim)
            entry.subject = claim
        return claim

    def accept_as(self, by: Any, claim: Claim) -> Appearance:
        """Say that these words make a claim that is on record already; return their appearance.

        Raises Refused where the suggestion was decided already, or the claim was dismissed.
        """
        with act(by, "accept_suggestion", claim) as entry:
            self._require_open()
            claim.refresh_from_db()
            claim = claim.surviving()
            if claim.status == ClaimStatus.DISMISSED:
                raise Refused("That claim was dismissed; reopen it first.", "dismissed")
            appearance = Appearance.mark(
                by, claim, self.article_version, self.start, self.end, self._attributions()
            )
            self._decide(Decision.ACCEPTED, by, entry.at, claim)
        return appearance

    def dismiss(self, by: Any) -> None:
        """Say that nobody needs to check this; it can be taken back."""
        with act(by, "dismiss_suggestion", None) as entry:
            self._require_open()
            self._decide(Decision.DISMISSED, by, entry.at)

    def reopen(self, by: Any) -> None:
        """Take a dismissal back."""
        with act(by, "reopen_suggestion", None):
            self._lock()
            if self.state != Decision.DISMISSED:
                raise Refused(
                    "Only a dismissed suggestion is taken back; a claim is dismissed as a claim.",
                    "not_dismissed",
                )
            self._decide(Decision.OPEN, None, None)

    def take_back(self, by: Any) -> Claim:
        """Undo the last acceptance, made by mistake: put its claim aside and wait again; return that claim.

        Where other clauses became claims too, only the newest of them is put aside. Whoever accepted it may do so, and
        every editor. Raises Refused once anything rests on the claim, and where the words were added to a claim that
        was there before.
        """
        with act(by, "take_back_suggestion", None) as entry:
            self._lock()
            if self.state != Decision.ACCEPTED:
                raise Refused("This was not accepted, so there is nothing to take back.", "not_accepted")
            made = list(self._made())
            if not made:
                raise Refused(
                    "The words were added to a claim that was there before, or the claim was decided on since. "
                    "Decide on it as a claim.",
                    "not_its_claim",
                )
            claim = made[-1]
            if by is not None and not by.may_publish and claim.created_by_id != by.pk:
                raise NotAllowed(f"{claim.created_by} accepted this; an editor may take it back.")
            claim.require_editable(by)
            # Who was to check it need not any more.
            Assignment.objects.filter(claim=claim).delete()
            _require_nothing_rests_on(claim)
            claim.status, claim.status_reason = ClaimStatus.DISMISSED.value, _MISTAKEN
            claim.full_clean()
            claim.write(["status", "status_reason"])
            entry.add(claim)
            entry.subject = entry.subject or claim
            if len(made) > 1:
                self._decide(Decision.ACCEPTED, self.decided_by, self.decided_at, made[0])
            else:
                self._decide(Decision.OPEN, None, None)
        return claim

    def _made(self) -> models.QuerySet:
        """Return the open claims that came of its acceptance, the oldest first."""
        return (
            Claim.objects.filter(
                models.Q(suggestions=self) | models.Q(suggestions=None),
                origin=Origin.SUGGESTION,
                status=ClaimStatus.OPEN,
                created_at__gte=self.decided_at,
                appearances__article_version=self.article_version_id,
                appearances__start__gte=self.start,
                appearances__end__lte=self.end,
            )
            .distinct()
            .order_by("pk")
        )

    def _attributions(self) -> list[dict[str, Any]]:
        """Return the chain as `Appearance.mark` wants it: the text itself first, then whom it names."""
        links = [Appearance.said_by_the_text(self.article_version.article)]
        for link in self.chain:
            words = self.words_of(link)
            described = " ".join(words.split())[:_DESCRIBED]
            links.append({"described_as": described, "words": words, "start": link["start"]})
        return links

    def forget_words(self, text: str) -> bool:
        """Blank what was made of the words here where a redaction masked some of them in the text; offsets stay.

        `text` is the version's text, masked. Say whether anything was blanked.
        """
        if MASK not in text[self.start : self.end]:
            return False
        for reason in self.reasons:
            reason["words"] = ""
        for one in self.rests_on:
            one.update(name="", fields={}, confirm="", keys=[])
        return True

    def parts_left(self) -> list[tuple[int, int]]:
        """Return the clauses on which no claim lies yet: each may become one, also after the first was accepted."""
        marked = list(
            Appearance.objects.exclude(_TAKEN_BACK)
            .filter(article_version=self.article_version_id, start__lt=self.end, end__gt=self.start)
            .values_list("start", "end")
        )
        return [
            (start, end)
            for start, end in self.clauses
            if not any(start < taken_end and taken < end for taken, taken_end in marked)
        ]

    def _require_acceptable(self, start: int, end: int) -> bool:
        """Raise Refused unless these words may become a claim; return whether another part of them has already."""
        self._lock()
        if self.state == Decision.ACCEPTED and (start, end) in self.parts_left():
            return True
        self._require_open()
        return False

    def _require_open(self) -> None:
        self._lock()
        if self.state != Decision.OPEN:
            who = f" by {self.decided_by}" if self.decided_by else ""
            raise Refused(f"This was {self.get_state_display()}{who} already.", "decided")
        version = self.article_version
        if ArticleVersion.objects.filter(article=version.article_id, number__gt=version.number).exists():
            raise Refused(
                "A newer version of this text is on record; decide on what was found in that one.",
                "older_text",
            )

    def _lock(self) -> None:
        """Read the decision again, now that nobody else can decide."""
        try:
            self.refresh_from_db(fields=["state", "claim", "decided_by", "decided_at"])
        except Suggestion.DoesNotExist:
            raise Refused(
                "This suggestion is no longer there: its text was read again in the meantime.", "gone"
            ) from None
        # The text too, where it was loaded with the row: a redaction may have masked words since.
        self._state.fields_cache.pop("article_version", None)

    def _decide(self, state: Decision, by: Any, at: Any, claim: Claim | None = None) -> None:
        self.state, self.claim, self.decided_by, self.decided_at = state.value, claim, by, at
        self.save(update_fields=["state", "claim", "decided_by", "decided_at"])

    @classmethod
    def write(cls, version: ArticleVersion, found: Iterable[Suggestion]) -> int:
        """Put what was found in a text in the place of what was found before; return how many are new.

        What somebody decided stays. What was dismissed in the version before, in the same words, stays dismissed.
        """
        cls.objects.filter(article_version=version, state=Decision.OPEN).delete()
        decided = set(cls.objects.filter(article_version=version).values_list("start", "end"))
        before = ArticleVersion.objects.filter(article=version.article_id, number=version.number - 1).first()
        dismissed = {}
        if before is not None:
            for one in cls.objects.filter(article_version=before, state=Decision.DISMISSED):
                words = before.text[one.start : one.end]
                # Of words that stand there more than once nobody knows which of them was meant.
                if before.text.count(words) == version.text.count(words) == 1:
                    dismissed[words] = one
        rows = []
        for row in found:
            if (row.start, row.end) in decided:
                continue
            row.article_version = version
            earlier = dismissed.get(version.text[row.start : row.end])
            if earlier is not None:
                row.state, row.decided_by_id, row.decided_at = (
                    Decision.DISMISSED.value, earlier.decided_by_id, earlier.decided_at,
                )  # fmt: skip
            rows.append(row)
        Suggestion.objects.bulk_create(rows, batch_size=500)
        return len(rows)
