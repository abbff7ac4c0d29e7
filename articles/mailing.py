"""Letters to the people of the desk: what was given to them, what came back, what is due.

A letter is a job, enqueued in the transaction of the act that it is about: what is rolled back writes to nobody. The
job holds ids alone, and reads everything anew when it runs: who has left, has turned these letters off, or no longer
has to do with the row is written nothing.

What a letter says: what to do, the claim's statement where readers may read it, and where to do it. Never a rating, a
note, a name of somebody who was asked or who complains. Subjects hold no words of the record at all: they stand on
locked screens.

At most once: a job that cannot reach the server, or is refused by it, is tried again; once a letter was handed over
and nobody can say how that ended (the connection broke, the worker was lost), it is not sent again.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as say
from django.utils.translation import gettext_noop as _

from articles.models import (
    PUBLIC_STATUSES,
    Assignment,
    Claim,
    Complaint,
    Contact,
    MailKind,
    MailRefusal,
    Newsroom,
    ReviewTask,
    User,
    VerdictDraft,
)
from articles.vocabulary import ReviewReason
from articles.work.worker import Stopped, TookTooLong

# How far ahead a letter about deadlines looks, how long a draft may wait before it is one, and how much it lists.
AHEAD, PATIENCE, MOST_LINES = timedelta(days=2), timedelta(days=3), 20
# What became of a job, as it is kept with it.
SENT, NOT_WANTED, NO_LONGER_SO, UNKNOWN = (
    "sent",
    "not wanted",
    "no longer so",
    "handed over, and nobody can say whether it arrived; not sent again",
)
_OFF = "articles.mail.off"


@dataclass(frozen=True)
class Letter:
    """One sort of letter: its kind, its subject, its first sentence, and which rows still are a reason to write it."""

    kind: MailKind
    subject: str
    sentence: str
    # Any: each noun's own QuerySet.
    rows: Callable[[User], Any]


def _drafts(**what: Any) -> Callable[[User], Any]:
    return lambda user: VerdictDraft.objects.visible_to(user).filter(**what).select_related("claim")


LETTERS = {
    "claim_assigned": Letter(
        MailKind.ASSIGNMENT, _("A claim is yours to check"), _("A colleague gave you this claim to check."),
        lambda user: Assignment.objects.visible_to(user).of(user).select_related("claim"),
    ),
    "complaint_assigned": Letter(
        MailKind.ASSIGNMENT, _("A complaint is yours to look at"), _("A colleague gave you a complaint to look at."),
        lambda user: Complaint.objects.visible_to(user).open().of(user).select_related("claim"),
    ),
    "review_asked": Letter(
        MailKind.ASSIGNMENT, _("You are asked to review a draft"),
        _("A colleague asks you to read this draft and to publish it or hand it back."),
        lambda user: _drafts(reviewer=user)(user).open(),
    ),
    "assessment_asked": Letter(
        MailKind.ASSIGNMENT, _("You are asked for a second assessment"),
        _("A colleague asks you to assess this claim on your own, before you read what others wrote."),
        lambda user: _assessments(user),
    ),
    "handed_back": Letter(
        MailKind.HAND_BACK, _("A draft of yours was handed back"),
        _("An editor handed your draft back. What is to be done stands on its page."),
        lambda user: _drafts(author=user, state="writing", handed_back_by__isnull=False)(user),
    ),
    "commented": Letter(
        MailKind.COMMENT, _("A comment on your draft"), _("A colleague commented on your draft."),
        lambda user: _drafts()(user).filter(Q(author=user) | Q(writers=user)).distinct(),
    ),
    "schedule_lifted": Letter(
        MailKind.SCHEDULE, _("A scheduled verdict did not go out"),
        _("This verdict was not published at the time that was set. Why, stands on the page of the draft."),
        lambda user: _drafts(publish_at=None)(user).open(),
    ),
}  # fmt: skip


def _assessments(user: User) -> Any:
    from articles.models import Assessment

    return Assessment.objects.visible_to(user).open().filter(assessor=user).select_related("draft__claim")


# Asking for letters.


def tell(what: str, person: Any, row: Any, by: Any = None) -> None:
    """Enqueue a letter to somebody about a row, in the caller's transaction; see `LETTERS` for `what`.

    Nothing is enqueued where no mail is sent, for nobody, for whoever did it themselves, and for who has no address or
    has left.
    """
    from articles.tasks import send_letter

    if person is None or person.pk == getattr(by, "pk", None):
        return
    if settings.SENDS_EMAIL and person.is_active and person.email:
        send_letter.enqueue(what, person.pk, row.pk)


def people_to_remind() -> list[int]:
    """Return the ids of those who may get a letter about what is due."""
    if not settings.SENDS_EMAIL:
        return []
    refused = MailRefusal.objects.filter(kind=MailKind.DEADLINE).values("person")
    people = User.objects.filter(is_active=True).exclude(email="").exclude(pk__in=refused)
    return list(people.order_by("pk").values_list("pk", flat=True))


# Writing and sending them.


def send_about(what: str, person_id: int, row_id: int, name: str) -> str:
    """Write and send one letter; return what became of it. `name` is the same however often it is tried."""
    letter = LETTERS[what]
    person = _who_wants(person_id, letter.kind)
    if person is None:
        return NOT_WANTED
    row = letter.rows(person).filter(pk=row_id).first()
    if row is None:
        return NO_LONGER_SO
    claim, about = _claim_of(row), row.claim if isinstance(row, Assignment) else row
    facts = {"sentence": say(letter.sentence), "words": words_of(claim), "address": _page(about)}
    return deliver(letter_to(person, letter.kind, say(letter.subject), "mail/letter.txt", facts, name))


def send_deadlines(person_id: int, now: datetime, name: str) -> str:
    """Write and send one person's letter about what is due, if anything is; return what became of it."""
    person = _who_wants(person_id, MailKind.DEADLINE)
    if person is None:
        return NOT_WANTED
    parts = what_is_due(person, now)
    if not parts:
        return NO_LONGER_SO
    facts = {"parts": parts}
    return deliver(
        letter_to(person, MailKind.DEADLINE, say("What is due"), "mail/deadlines.txt", facts, name)
    )


def _who_wants(person_id: int, kind: MailKind) -> User | None:
    person = User.objects.filter(pk=person_id, is_active=True).exclude(email="").first()
    if person is None or MailRefusal.objects.filter(person=person_id, kind=kind).exists():
        return None
    return person


def what_is_due(person: User, now: datetime) -> list[dict[str, Any]]:
    """Return what this person has to see to: a list of title, lines (words, day, address) and whether there is more."""
    soon = now + AHEAD
    theirs = Q(claim__assignment__assignee=person)
    contacts = Contact.objects.visible_to(person).waiting().filter(theirs | Q(created_by=person))
    complaints = Complaint.objects.visible_to(person).due_by(soon.date())
    nobodys = Q(assigned_to=None) if person.may_publish else Q(pk=None)
    drafts = VerdictDraft.objects.waiting_for(person).filter(submitted_at__lte=now - PATIENCE)
    readings = ReviewTask.objects.visible_to(person).open(now.date()).filter(reason=ReviewReason.REVIEW_DATE)
    readings = readings.filter(theirs | Q(claim__verdicts__author=person)).distinct()
    found = [
        _part(
            say("Somebody was asked, and their time to answer ends or has ended"),
            contacts.filter(deadline__lte=soon).select_related("claim"), lambda one: one.deadline.date(),
        ),
        _part(
            say("Complaints to decide on"),
            complaints.filter(Q(assigned_to=person) | nobodys).select_related("claim"), lambda one: one.due_on,
        ),
        _part(
            say("Drafts that wait for a second editor"), drafts.select_related("claim"),
            lambda one: one.submitted_at.date(),
        ),
        _part(
            say("Verdicts to read again: the day that was set for it has come"), readings.select_related("claim"),
            lambda one: one.due_on or one.opened_at.date(),
        ),
    ]  # fmt: skip
    return [part for part in found if part["lines"]]


def _part(title: str, rows: QuerySet, day: Callable[[Any], Any]) -> dict[str, Any]:
    some = list(rows[: MOST_LINES + 1])
    lines = [
        {"words": words_of(_claim_of(row)), "day": day(row), "address": _page(row)}
        for row in some[:MOST_LINES]
    ]
    return {"title": title, "lines": lines, "more": len(some) > MOST_LINES}


def _claim_of(row: Any) -> Claim | None:
    draft = getattr(row, "draft", None)
    return draft.claim if draft is not None else row.claim


def words_of(claim: Claim | None) -> str:
    """Return a claim as a letter may name it: in its own words where readers have them, else by its number."""
    if claim is None:
        return ""
    if claim.status in PUBLIC_STATUSES:
        return Truncator(" ".join(claim.statement.split())).chars(200)
    return say("Claim %(number)s") % {"number": claim.pk}


def site() -> str:
    """Return how addresses of this site begin."""
    if settings.SITE_URL:
        return settings.SITE_URL.rstrip("/")
    host = next((one for one in settings.ALLOWED_HOSTS if one != "*"), "localhost").lstrip(".")
    return f"{'https' if settings.HTTPS else 'http'}://{host}"


def _page(row: Any) -> str:
    return site() + reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])


def letter_to(
    person: User, kind: MailKind, subject: str, template: str, facts: dict[str, Any], name: str
) -> EmailMessage:
    """Return a letter, with the link that turns letters of its kind off."""
    newsroom = " ".join(Newsroom.current().name.split()) or say("The fact desk")
    off = site() + reverse("mail_off", args=[off_token(person, kind)])
    facts = {**facts, "person": person, "newsroom": newsroom, "kind": MailKind(kind).label, "off": off,
             "mine": site() + reverse("my_mail")}  # fmt: skip
    _old, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return EmailMessage(
        subject=f"[{newsroom}] {subject}",
        body=render_to_string(template, facts),
        from_email=formataddr((newsroom, sender)),
        to=[formataddr((str(person), person.email))],
        headers={
            "Message-ID": f"<{name}@{sender.rpartition('@')[2] or 'localhost'}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def deliver(message: EmailMessage) -> str:
    """Hand a letter to the server at most once. Raises where it certainly did not take it, to be tried again."""
    connection = get_connection()
    # What fails here is tried again: nothing was handed over yet.
    connection.open()
    try:
        connection.send_messages([message])
    except (
        smtplib.SMTPSenderRefused,
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPDataError,
        smtplib.SMTPNotSupportedError,
    ):
        # The server said no.
        raise
    except (OSError, EOFError, Stopped, TookTooLong):
        return UNKNOWN
    finally:
        _hang_up(connection)
    return SENT


def _hang_up(connection: Any) -> None:
    try:
        connection.close()
    except OSError:
        pass


# Turning them off.


def off_token(person: User, kind: MailKind) -> str:
    """Return what a link must show to turn off one kind of one person's letters; it does nothing else."""
    return signing.dumps([person.pk, str(kind)], salt=_OFF)


def read_off(token: str) -> tuple[User, MailKind] | None:
    """Return whose letters of which kind the link is about; None for a link that is not ours."""
    try:
        person_id, kind = signing.loads(token, salt=_OFF)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = User.objects.filter(pk=person_id).first()
    return (person, MailKind(kind)) if person is not None and kind in MailKind.values else None
