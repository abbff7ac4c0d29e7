"""The right of reply: who was asked about a claim, by when they could answer, and what they said."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import visibility_known
from articles.models.claim import Claim
from articles.models.ledger import act
from articles.models.research import Groundwork, GroundworkQuerySet
from articles.refusals import Refused


class Channel(models.TextChoices):
    """How somebody was asked."""

    E_MAIL = "e_mail", _("e-mail")
    TELEPHONE = "telephone", _("telephone")
    LETTER = "letter", _("letter")
    FORM = "form", _("form")
    SOCIAL_MESSAGE = "social_message", _("social message")
    IN_PERSON = "in_person", _("in person")


class ReplyState(models.TextChoices):
    """What came of asking."""

    WAITING = "waiting", _("waiting")
    REPLIED = "replied", _("replied")
    DECLINED = "declined", _("declined to comment")
    NO_REPLY = "no_reply", _("did not reply")


class ContactQuerySet(GroundworkQuerySet):
    def waiting(self) -> ContactQuerySet:
        """Return those who have not answered yet, whose time ends first before the others."""
        return self.filter(reply_state=ReplyState.WAITING).order_by(
            models.F("deadline").asc(nulls_last=True), "id"
        )

    def overdue(self, now: datetime) -> ContactQuerySet:
        """Return those who have not answered though their time is over."""
        return self.waiting().filter(deadline__lt=now)

    def for_listing(self) -> ContactQuerySet:
        """Load what one row of a list shows."""
        return self.select_related("claim", "claimant", "created_by")


class Contact(Groundwork):
    """Somebody who was asked about a claim before a verdict on it, and how they answered."""

    revisable: ClassVar = frozenset(
        {"claimant", "addressee", "asked_at", "question", "channel", "reach", "deadline", "reply"}
    )
    # The address or number never enters the ledger, which is public once the row is.
    off_the_record: ClassVar = Groundwork.off_the_record | {"reach"}

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="contacts")
    claimant = models.ForeignKey(
        "articles.Claimant", models.PROTECT, null=True, blank=True, related_name="contacts",
        help_text=_("Who was asked, where they are on record."),
    )  # fmt: skip
    addressee = models.CharField(
        max_length=300, blank=True,
        help_text=_("Who was asked, in words. Private people are described, not named."),
    )  # fmt: skip
    asked_at = models.DateTimeField(default=timezone.now)
    question = models.TextField(help_text=_("What they were asked. Private people are described, not named."))
    channel = models.CharField(max_length=20, choices=Channel.choices)
    reach = models.CharField(
        "address or number", max_length=500, blank=True,
        help_text=_("Where they were reached. Readers never see it."),
    )  # fmt: skip
    deadline = models.DateTimeField(null=True, blank=True, help_text=_("By when they could answer."))
    reply_state = models.CharField(
        max_length=20, choices=ReplyState.choices, default=ReplyState.WAITING, editable=False
    )
    reply = models.TextField(
        blank=True, help_text=_("What they said. Readers see it once this is opened to them.")
    )
    replied_at = models.DateTimeField(null=True, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["claim_id", "id"]
        constraints: ClassVar = [
            visibility_known("contact"),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values),
                name="contact_channel_known",
                violation_error_message="Channel must be one of: e-mail, telephone, letter, form, social message, "
                "in person.",
            ),
            models.CheckConstraint(
                condition=models.Q(reply_state__in=ReplyState.values),
                name="contact_reply_state_known",
                violation_error_message="Who was asked is waited for, replied, declined or did not reply.",
            ),
            models.CheckConstraint(
                condition=models.Q(claimant__isnull=False) | ~models.Q(addressee=""),
                name="contact_asks_somebody",
                violation_error_message="Say who was asked: a claimant on record, or somebody in words.",
            ),
            models.CheckConstraint(
                condition=~models.Q(question=""),
                name="contact_has_a_question",
                violation_error_message="Say what they were asked.",
            ),
            models.CheckConstraint(
                condition=~models.Q(reply_state=ReplyState.REPLIED) | ~models.Q(reply=""),
                name="contact_reply_has_words",
                violation_error_message="Who replied has said something: write down what.",
            ),
            models.CheckConstraint(
                condition=models.Q(reply_state__in=["replied", "declined"]) | models.Q(reply=""),
                name="contact_words_are_a_reply",
                violation_error_message="These words are a reply: record that they replied.",
            ),
            models.CheckConstraint(
                condition=models.Q(reply_state__in=["replied", "declined"], replied_at__isnull=False)
                | (~models.Q(reply_state__in=["replied", "declined"]) & models.Q(replied_at=None)),
                name="contact_reply_has_its_time",
                violation_error_message="Who replied or declined did so at some time, and nobody else did.",
            ),
            models.CheckConstraint(
                condition=models.Q(deadline=None) | models.Q(deadline__gt=models.F("asked_at")),
                name="contact_deadline_after_question",
                violation_error_message="The deadline must come after the question.",
            ),
            models.CheckConstraint(
                condition=models.Q(replied_at=None) | models.Q(replied_at__gte=models.F("asked_at")),
                name="contact_reply_after_question",
                violation_error_message="The reply cannot come before the question.",
            ),
        ]
        indexes: ClassVar = [
            # The page of a claim asks: who was asked about it that readers may know of?
            models.Index(fields=["claim", "visibility"], name="contact_by_claim"),
            # The desk asks: who has not answered though their time is over?
            models.Index(
                fields=["deadline"], condition=models.Q(reply_state="waiting"), name="contact_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked}: {self.get_reply_state_display()}"

    def clean(self) -> None:
        if self.asked_at and self.asked_at > timezone.now():
            raise ValidationError({"asked_at": "This is yet to come; note a question once it is asked."})

    @property
    def asked(self) -> str:
        """Who was asked, as people read it."""
        return self.addressee or str(self.claimant)

    @property
    def is_answered(self) -> bool:
        return self.reply_state in (ReplyState.REPLIED, ReplyState.DECLINED)

    def is_overdue(self, now: datetime) -> bool:
        return self.reply_state == ReplyState.WAITING and self.deadline is not None and self.deadline < now

    # Verbs. A late reply still counts: each of them may follow “did not reply”.

    def record_reply(
        self, by: Any, reply: str, at: datetime | None = None, expected: int | None = None
    ) -> None:
        """Write down what they said, and when (default: now). Refused where an answer is on record already."""
        reply = reply.strip()
        if not reply:
            raise Refused("Write down what they said.", "no_reply_text")
        self._answer(by, "record_reply", ReplyState.REPLIED, reply, at, expected)

    def record_decline(
        self, by: Any, reply: str = "", at: datetime | None = None, expected: int | None = None
    ) -> None:
        """Note that they do not want to comment, in their own words where they gave any."""
        self._answer(by, "record_decline", ReplyState.DECLINED, reply.strip(), at, expected)

    def record_no_reply(self, by: Any, at: datetime | None = None, expected: int | None = None) -> None:
        """Note that their time is over and nothing came. `at` is when this is said (default: now)."""
        self.require_editable(by)
        with act(by, "record_no_reply", self, at) as entry:
            self.refresh_from_db()
            if self.reply_state != ReplyState.WAITING:
                raise Refused(
                    f"This is settled already: {self.asked} {self.get_reply_state_display()}.", "settled"
                )
            if self.deadline is None:
                raise Refused("They were given no deadline. Set one, and wait for it.", "no_deadline")
            if entry.at <= self.deadline:
                raise Refused(
                    f"They may still answer: their time ends {self.deadline:%Y-%m-%d %H:%M} UTC.", "too_early"
                )
            self._settle(entry, ReplyState.NO_REPLY, "", None, expected)

    def _answer(
        self, by: Any, verb: str, state: ReplyState, reply: str, at: datetime | None, expected: int | None
    ) -> None:
        self.require_editable(by)
        with act(by, verb, self) as entry:
            self.refresh_from_db()
            if self.is_answered:
                raise Refused(
                    f"This is settled already: {self.asked} {self.get_reply_state_display()}. "
                    "Where the words were taken down wrongly, change the contact.",
                    "settled",
                )
            at = at or entry.at
            if at > entry.at:
                raise Refused("This is yet to come; note an answer once it is there.", "in_future")
            self._settle(entry, state, reply, at, expected)

    def _settle(
        self, entry: Any, state: ReplyState, reply: str, at: datetime | None, expected: int | None
    ) -> None:
        self.reply_state, self.reply, self.replied_at = state, reply, at
        self.full_clean()
        self.write(["reply_state", "reply", "replied_at"], expected)
        entry.add(self)
