"""What readers send: a claim or an article to be checked, or an error on a page of ours.

Outside the ledger, like uploads and keys: what readers write of themselves must be erasable, and nothing is that the
chain has committed to. What the desk makes of it (a claim, an article, a review task) is on the record as any other.

Readers have no account. A private address leads back to each submission: its token holds 256 bits, and only its
SHA-256 stands here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.text import Truncator
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.claim import Claim
from articles.models.interest import require_impartial
from articles.models.ledger import act, alone
from articles.models.recorded import RecordQuerySet, Revised, at_desk
from articles.models.review import ReviewTask
from articles.models.user import require_editor
from articles.refusals import Refused
from articles.vocabulary import ClaimKind, Origin, ReviewReason

# Paths of claims and their verdicts, in whatever language the page was.
_CLAIM_PAGE = re.compile(r"(?:/[a-z]{2,3}(?:-[a-z]+)?)?/claims/([0-9]{1,18})/")
# For so long the same words from somebody else are the same submission.
SAME_WITHIN = timedelta(days=1)
# Code points: an article pasted whole, and what its reader adds to it.
LONGEST_WITH_MORE = 320_000
# What a reader, or the desk, wrote in words: what `forget` erases.
WORDS = ("text", "url", "reason", "contact", "reply", "note", "fingerprint")


class SubmissionKind(models.TextChoices):
    CLAIM = "claim", _("claim to check")
    ARTICLE = "article", _("article to check")
    ERROR = "error", _("error on a page of ours")


class SubmissionState(models.TextChoices):
    NEW = "new", _("new")
    TAKEN = "taken", _("being looked at")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    DUPLICATE = "duplicate", _("already known")
    WITHDRAWN = "withdrawn", _("withdrawn by the reader")


OPEN = (SubmissionState.NEW, SubmissionState.TAKEN)


class SubmissionQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> SubmissionQuerySet:
        """Work of the desk. A reader is led to their own by its token (`found`)."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> SubmissionQuerySet:
        """The desk answers readers as long as there is something to answer."""
        return self.visible_to(user).filter(forgotten_at=None)

    def found(self, token: str) -> Submission | None:
        """Return the submission this token leads to; None where it leads to none."""
        wanted = _hash(token)
        row: Any = self.select_related("claim", "article", "duplicate_of").filter(hash=wanted).first()
        return row if row is not None and compare_digest(row.hash, wanted) else None

    def open(self) -> SubmissionQuerySet:
        """Return what waits for the desk, newest first."""
        return self.filter(state__in=OPEN).order_by("-id")

    def decided(self) -> SubmissionQuerySet:
        return self.exclude(state__in=OPEN)

    def kept_since(self, moment: datetime) -> SubmissionQuerySet:
        """Return what was closed before this moment and is not erased yet."""
        return self.filter(closed_at__lt=moment, forgotten_at=None).order_by("id")

    def for_listing(self) -> SubmissionQuerySet:
        """Load what one row of a list shows."""
        return self.select_related("assigned_to", "claim", "article")


class Submission(Revised):
    """One thing a reader sent, and what became of it. Mutable, and erased when its time is over or they want it."""

    revisable: ClassVar = frozenset({"reply", "note"})

    kind = models.CharField(max_length=20, choices=SubmissionKind.choices, editable=False)
    about = models.CharField(
        max_length=500, blank=True, editable=False, help_text=_("Which page of ours, by its path.")
    )
    text = models.TextField(blank=True, editable=False)
    url = models.URLField(_("address"), max_length=2000, blank=True, editable=False)
    reason = models.TextField(blank=True, editable=False)
    contact = models.EmailField(_("e-mail address"), blank=True, editable=False)
    consent_at = models.DateTimeField(null=True, editable=False)
    language = models.CharField(
        max_length=35, default="en", editable=False, help_text=_("In which the form was.")
    )
    state = models.CharField(
        max_length=20, choices=SubmissionState.choices, default=SubmissionState.NEW, editable=False
    )
    assigned_to = models.ForeignKey(
        "articles.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("looked at by"),
    )
    reply = models.TextField(blank=True, help_text=_("To the reader, who sees it by their private link."))
    note = models.TextField(blank=True, help_text=_("For the desk alone."))
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, editable=False, related_name="submissions")
    article = models.ForeignKey(
        Article, models.PROTECT, null=True, editable=False, related_name="submissions"
    )
    review_task = models.ForeignKey(
        ReviewTask, models.PROTECT, null=True, editable=False, related_name="submissions"
    )
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+")
    at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    forgotten_at = models.DateTimeField(null=True, editable=False)
    hash = models.CharField(max_length=64, unique=True, editable=False)
    # By which the same words are known again, keyed so that nobody can try words against it.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=SubmissionKind.values),
                name="submission_kind_known",
                violation_error_message="Readers send a claim, an article or an error.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SubmissionState.values),
                name="submission_state_known",
                violation_error_message="A submission is new, taken, accepted, declined, duplicate or withdrawn.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=SubmissionKind.ERROR) | ~Q(about=""),
                name="submission_error_names_a_page",
                violation_error_message="Say on which page the error is.",
            ),
            models.CheckConstraint(
                condition=Q(contact="") | Q(consent_at__isnull=False),
                name="submission_contact_with_consent",
                violation_error_message="An address is kept only with the reader's consent.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in OPEN], closed_at=None)
                | (~Q(state__in=[one.value for one in OPEN]) & Q(closed_at__isnull=False)),
                name="submission_closed_with_time",
                violation_error_message="What was decided was decided at some time, and nothing else was.",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubmissionState.DECLINED) | ~Q(reply="") | Q(forgotten_at__isnull=False),
                name="submission_declined_with_reply",
                violation_error_message="Say why it is declined; the reader will ask.",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubmissionState.ACCEPTED)
                | Q(kind=SubmissionKind.ERROR)
                | Q(claim__isnull=False)
                | Q(article__isnull=False),
                name="submission_accepted_leads_on",
                violation_error_message="What is accepted leads to a claim or to an article.",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubmissionState.DUPLICATE)
                | Q(claim__isnull=False)
                | Q(article__isnull=False)
                | Q(duplicate_of__isnull=False),
                name="submission_duplicate_of_something",
                violation_error_message="Say what it says again: a claim, an article or another submission.",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | Q(duplicate_of__lt=F("id")),
                name="submission_duplicate_of_an_earlier",
                violation_error_message="It says again what came before it: choose an earlier submission.",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(text="", url="", reason="", contact="", fingerprint=""),
                name="submission_forgotten_is_empty",
                violation_error_message="What was erased has no words left.",
            ),
        ]
        indexes: ClassVar = [
            # The desk asks: what waits?
            models.Index(
                fields=["-id"],
                condition=Q(state__in=[one.value for one in OPEN]),
                name="submission_open",
            ),
            # Whoever sends something asks: did the same words come today?
            models.Index(fields=["fingerprint", "at"], name="submission_by_words"),
            # Cleaning up asks: what was closed long ago?
            models.Index(fields=["closed_at"], condition=Q(forgotten_at=None), name="submission_to_forget"),
        ]

    def __str__(self) -> str:
        words = self.text or self.url or self.about
        return f"{self.get_kind_display()}: {Truncator(' '.join(words.split())).chars(60) or say('erased')}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_forgotten(self) -> bool:
        return self.forgotten_at is not None

    # Verbs of the reader, who shows the token.

    @classmethod
    def submit(
        cls,
        token: str,
        kind: str,
        *,
        about: str = "",
        text: str = "",
        url: str = "",
        reason: str = "",
        contact: str = "",
        consent: bool = False,
        language: str = "en",
        at: datetime | None = None,
    ) -> Submission | None:
        """Take in what a reader sent; return it, or None where the same words came today by another link.

        Sent twice with one token, it is one submission. `contact` is kept only with `consent`. Raises ValidationError
        with sentences.
        """
        at = at or timezone.now()
        if not (text.strip() or url):
            raise ValidationError({"text": _("Write what you want to tell us.")})
        if contact and not consent:
            raise ValidationError({"contact": _("We keep your address only if you agree to it.")})
        fingerprint = fingerprint_of(kind, about, text, url)
        row = cls(
            hash=_hash(token), kind=kind, about=about, text=text, url=url, reason=reason, contact=contact,
            consent_at=at if contact else None, language=language, at=at, fingerprint=fingerprint,
        )  # fmt: skip
        # Held, so that of two that come at once one is there when the other looks.
        with alone():
            own = cls.objects.found(token)
            if own is not None:
                own._complete(reason, contact, at)
                return own
            if cls.objects.filter(fingerprint=fingerprint, at__gt=at - SAME_WITHIN).exists():
                return None
            row.full_clean()
            row.save(force_insert=True)
        return row

    def _complete(self, reason: str, contact: str, at: datetime) -> None:
        """Take in what was added to a form that was sent before."""
        changed = (reason, contact) != (self.reason, self.contact)
        if self.is_open and changed and (reason or contact):
            self.reason, self.contact, self.consent_at = reason, contact, at if contact else None
            self.full_clean()
            self.write(["reason", "contact", "consent_at"])

    def say_more(self, words: str, at: datetime | None = None) -> None:
        """Put what the reader has to add below what they wrote, with its day. Sent twice it stands there once.

        Raises Refused where it was decided already, and where there is no room for more.
        """
        at, words = at or timezone.now(), words.strip()
        with alone():
            self.refresh_from_db()
            if not self.is_open:
                raise Refused(say("This was decided already; send what is new as another one."), "decided")
            if self.text.endswith(f"\n{words}"):
                return
            text = f"{self.text}\n\n[{at:%Y-%m-%d}]\n{words}".lstrip()
            if len(text) > LONGEST_WITH_MORE:
                raise Refused(say("There is no room for more here; send it as another one."), "full")
            self.text = text
            self.full_clean()
            self.write(["text"])

    def withdraw(self, at: datetime | None = None) -> None:
        """Take back what was sent, and erase it; what the desk has decided on stays decided. Twice is once."""
        at = at or timezone.now()
        with alone():
            self.refresh_from_db()
            if self.is_open:
                self.state, self.closed_at = SubmissionState.WITHDRAWN.value, at
            self._erase(at)
            # What the desk had made of it: none, or one.
            complaint: Any = getattr(self, "complaint", None)
            if complaint is not None:
                complaint.follow_reader(at)

    # Verbs of the house.

    def forget(self, by: Any, at: datetime | None = None) -> None:
        """Erase what the reader wrote and how to reach them; what became of it stays. `by` None is the house itself."""
        require_editor(by, "erases what readers send")
        with act(by, "forget", None, at) as entry:
            self.refresh_from_db()
            if self.is_open:
                raise Refused("Decide on it first; what waits still needs its words.", "still_open")
            self._erase(entry.at)

    @classmethod
    def forget_old(cls, kept: timedelta, now: datetime) -> int:
        """Forget what was closed so long ago; return how many those were."""
        old = list(cls.objects.kept_since(now - kept))
        for row in old:
            row.forget(None, now)
        return len(old)

    def _erase(self, at: datetime) -> None:
        if self.is_forgotten:
            return
        for name in WORDS:
            setattr(self, name, "")
        self.consent_at, self.forgotten_at = None, at
        self.write([*WORDS, "consent_at", "forgotten_at", "state", "closed_at"])

    # Verbs of the desk.

    def take(self, by: Any, expected: int | None = None) -> None:
        """Say who looks at it; a colleague may take it over."""
        with act(by, "take", None):
            self._require_open()
            self.state, self.assigned_to = SubmissionState.TAKEN.value, by
            self.write(["state", "assigned_to"], expected)

    def accept(
        self,
        by: Any,
        *,
        statement: str = "",
        kind: str = ClaimKind.FACT,
        language: str = "en",
        claim: Claim | None = None,
        article: Article | None = None,
        reply: str = "",
        expected: int | None = None,
        at: datetime | None = None,
    ) -> Any:
        """Follow it up, and return the row it leads to.

        A claim to check becomes a claim that says `statement`. An article to check is on record as `article`. An error
        is true: the verdict on `claim`, where one is named and has one, is to be read again.
        """
        require_editor(by, "accepts what readers send")
        require_impartial(by, claim, *self._claims())
        with act(by, "accept", None, at) as entry:
            self._require_open()
            if self.kind == SubmissionKind.CLAIM:
                facts: dict[str, Any] = {"statement": statement.strip(), "kind": kind, "language": language}
                claim = Claim.add(by, origin=Origin.READER, **facts)
            elif self.kind == SubmissionKind.ARTICLE:
                if article is None:
                    raise Refused("Hand the article in first, then name it here.", "no_article")
            elif claim is not None and claim.verdict_series().exists():
                note = f"Submission {self.pk} of a reader says what is wrong."
                self.review_task = ReviewTask.ask(claim, None, ReviewReason.READER_REPORT, note, entry.at)
            self.claim, self.article = claim, article
            self._close(by, SubmissionState.ACCEPTED, entry.at, reply, expected)
        return self.claim or self.article or self

    def decline(self, by: Any, reply: str, expected: int | None = None) -> None:
        """Say that nothing will come of it, and why."""
        require_editor(by, "declines what readers send")
        if not reply.strip():
            raise Refused("Say why it is declined; the reader will ask.", "no_reply")
        require_impartial(by, *self._claims())
        with act(by, "decline", None) as entry:
            self._require_open()
            self._close(by, SubmissionState.DECLINED, entry.at, reply, expected)

    def mark_duplicate(
        self, by: Any, of: Claim | Article | Submission, reply: str = "", expected: int | None = None
    ) -> None:
        """Say that this is on record already, or came from another reader before."""
        require_editor(by, "sets aside what readers send")
        require_impartial(by, *([of] if isinstance(of, Claim) else []), *self._claims())
        with act(by, "mark_duplicate", None) as entry:
            self._require_open()
            self.claim = of if isinstance(of, Claim) else None
            self.article = of if isinstance(of, Article) else None
            self.duplicate_of = of if isinstance(of, Submission) else None
            self._close(by, SubmissionState.DUPLICATE, entry.at, reply, expected)

    def reopen(self, by: Any, expected: int | None = None) -> None:
        """Take back that it was declined, or called known already."""
        require_editor(by, "reopens what readers send")
        with act(by, "reopen", None):
            self._refresh()
            if self.state not in (SubmissionState.DECLINED, SubmissionState.DUPLICATE) or self.is_forgotten:
                raise Refused("Only what was declined or called known already is reopened.", "not_closed")
            self.state, self.closed_at, self.closed_by = SubmissionState.TAKEN.value, None, None
            self.assigned_to = by
            self.claim = self.article = self.duplicate_of = None
            self._write_state(expected, ["assigned_to"])

    def settle(self, by: Any, reply: str, at: datetime, *, upheld: bool) -> None:
        """Tell the reader what became of the complaint that was made of this."""
        with act(by, "settle", None, at) as entry:
            self._require_open()
            state = SubmissionState.ACCEPTED if upheld else SubmissionState.DECLINED
            self._close(by, state, entry.at, reply, None)

    def unsettle(self, by: Any) -> None:
        """Take that back with the decision on the complaint."""
        with act(by, "unsettle", None):
            self._refresh()
            if self.is_forgotten or self.state == SubmissionState.WITHDRAWN:
                return
            self.state, self.closed_at, self.closed_by = SubmissionState.TAKEN.value, None, None
            self._write_state(None, [])

    def _refresh(self) -> None:
        """Read the row as it stands, but for the revision that somebody has seen."""
        self.refresh_from_db(fields=["state", "forgotten_at", "kind"])

    def _claims(self) -> list[int]:
        """Return the ids of the claims that this is about: the one on whose page the error is, and one named since."""
        page = _CLAIM_PAGE.match(self.about)
        return [pk for pk in (self.claim_id, int(page[1]) if page else None) if pk is not None]

    def _require_open(self) -> None:
        self._refresh()
        if not self.is_open:
            raise Refused(f"This was decided already: {self.get_state_display()}.", "decided")

    def _close(self, by: Any, state: SubmissionState, at: datetime, reply: str, expected: int | None) -> None:
        self.state, self.closed_at, self.closed_by = state.value, at, by
        # An answer that was written before stays where none is given now.
        self.reply = reply.strip() or self.reply
        self._write_state(expected, ["reply", "review_task"])

    def _write_state(self, expected: int | None, more: Iterable[str]) -> None:
        self.full_clean()
        self.write(["state", "closed_at", "closed_by", "claim", "article", "duplicate_of", *more], expected)


def fingerprint_of(kind: str, about: str, text: str, url: str) -> str:
    """Return by what the same words are known again, letter case and white space aside: 64 hex digits."""
    folded = "\n".join([kind, about, " ".join(text.casefold().split()), url])
    return salted_hmac("articles.submission.words", folded, algorithm="sha256").hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
