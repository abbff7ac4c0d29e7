"""Letters: to whom, about what, in which words; asked for with the act, sent at most once."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from articles import tasks
from articles.mailing import NO_LONGER_SO, NOT_WANTED, SENT, UNKNOWN, site, tell
from articles.models import Assignment, Job, MailRefusal, ReviewTask
from articles.models.job import State
from articles.refusals import Refused
from articles.work.worker import Worker
from tests import factories as f

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people(newsroom):
    return (
        f.UserFactory(role="editor", email="eda@desk.example", display_name="Eda Editor"),
        f.UserFactory(role="editor", email="rita@desk.example", display_name="Rita, who reads"),
    )


def sent():
    """Let a worker do what was asked for; return the letters."""
    Worker().run(drain=True)
    return mail.outbox


def results():
    return list(Job.objects.filter(queue="mail").order_by("pk").values_list("result", flat=True))


class TestAssignments:
    def test_who_gets_a_claim_is_told(self, people, settings):
        settings.SITE_URL = "https://desk.example/"
        by, to = people
        Assignment.give(by, claim := f.ClaimFactory(), to)
        assert mail.outbox == [], "a letter is a job: no request waits for a server"
        (letter,) = sent()
        assert letter.to == ['"Rita, who reads" <rita@desk.example>']
        assert letter.subject == "[The Example Desk] A claim is yours to check"
        assert letter.from_email == "The Example Desk <factcheck@localhost>"
        assert claim.statement in letter.body
        assert f"https://desk.example/desk/articles/claim/{claim.pk}/change/" in letter.body
        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter.extra_headers["List-Unsubscribe"].strip("<>") in letter.body
        assert results() == [SENT]

    def test_what_readers_do_not_see_is_not_said(self, people):
        by, to = people
        claim = f.ClaimFactory(statement="A secret about a bridge.")
        Assignment.give(by, claim, to)
        claim.dismiss(by, "Not ours.")
        (letter,) = sent()
        assert "secret" not in letter.body + letter.subject and f"Claim {claim.pk}" in letter.body

    def test_no_letter_to_oneself_to_nobody_to_who_has_no_address_or_has_left(self, people):
        by, to = people
        claim = f.ClaimFactory()
        Assignment.give(by, claim, by)
        Assignment.give(by, claim, f.UserFactory(email=""))
        tell("claim_assigned", None, claim, by)
        assert not Job.objects.exists()
        Assignment.give(by, claim, to)
        to.deactivate(f.some_administrator())
        assert sent() == [] and results() == [NOT_WANTED]

    def test_without_a_server_nothing_is_asked_for(self, people, settings):
        settings.SENDS_EMAIL = False
        Assignment.give(people[0], f.ClaimFactory(), people[1])
        assert not Job.objects.exists() and tasks.remind_people.func() == 0

    def test_what_is_rolled_back_writes_to_nobody(self, people):
        with pytest.raises(Refused), transaction.atomic():
            Assignment.give(people[0], f.ClaimFactory(), people[1])
            raise Refused("No.", "no")
        assert not Job.objects.exists()

    def test_what_is_no_longer_so_is_not_written(self, people):
        given = Assignment.give(people[0], f.ClaimFactory(), people[1])
        given.take_back(people[0])
        assert sent() == [] and results() == [NO_LONGER_SO]

    def test_complaints(self, people):
        row = f.ComplaintFactory(said="Rumpelstilz pays.", complainant="Rumpelstilz")
        row.assign(people[0], people[1])
        (letter,) = sent()
        assert letter.subject.endswith("A complaint is yours to look at")
        assert "umpel" not in letter.body and f"/complaint/{row.pk}/" in letter.body

    def test_drafts_to_review_and_handed_back(self, people):
        editor, author = people
        draft = f.VerdictDraftFactory(author=author, state="submitted", summary="SUMMARY")
        draft.ask_to_review(author, editor)
        draft.hand_back(editor, "Ask NOBODY again.")
        letters = {one.to[0].split("<")[-1]: one for one in sent()}
        assert letters["rita@desk.example>"].subject.endswith("A draft of yours was handed back")
        bodies = "".join(one.body for one in letters.values())
        assert "NOBODY" not in bodies and "SUMMARY" not in bodies and str(draft.rating) not in bodies

    def test_a_name_of_the_house_breaks_no_header(self, people, administrator):
        f.newsroom().revise(administrator, name="The “Desk”, of\tall <people>")
        Assignment.give(people[0], f.ClaimFactory(), people[1])
        (letter,) = sent()
        assert letter.message()["From"] and "\n" not in letter.subject


class TestTurnedOff:
    def test_one_kind(self, people):
        by, to = people
        MailRefusal.want(to, ["deadline"])
        Assignment.give(by, f.ClaimFactory(), to)
        assert sent() == [] and results() == [NOT_WANTED]

    def test_all_but_these_and_back(self, people):
        MailRefusal.want(people[1], ["deadline", "comment"])
        MailRefusal.want(people[1], ["deadline", "comment"])
        kinds = set(MailRefusal.objects.filter(person=people[1]).values_list("kind", flat=True))
        assert kinds == {"assignment", "hand_back", "schedule"}
        MailRefusal.want(people[1], ["assignment", "hand_back", "schedule", "deadline", "comment"])
        assert not MailRefusal.objects.exists()


class Server(EmailBackend):
    """A server that fails as the test says, and remembers how often it was handed a letter."""

    at_open: list = []
    at_send: list = []
    handed = 0

    def open(self):
        if Server.at_open:
            raise Server.at_open.pop(0)
        return super().open()

    def send_messages(self, messages):
        Server.handed += 1
        if Server.at_send:
            raise Server.at_send.pop(0)
        return super().send_messages(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.at_open, Server.at_send, Server.handed = [], [], 0
    return Server


def work_again():
    Job.objects.filter(state=State.WAITING).update(run_after=timezone.now())
    Worker().run(drain=True)


class TestAtMostOnce:
    @pytest.fixture(autouse=True)
    def asked(self, people, server):
        Assignment.give(people[0], f.ClaimFactory(), people[1])

    def test_tried_again_where_the_server_is_not_there(self, server):
        server.at_open = [ConnectionRefusedError(), TimeoutError()]
        for _ in range(3):
            work_again()
        assert len(mail.outbox) == 1 and server.handed == 1 and results() == [SENT]

    def test_tried_again_where_it_says_no(self, server):
        server.at_send = [smtplib.SMTPRecipientsRefused({}), smtplib.SMTPDataError(451, b"later")]
        for _ in range(3):
            work_again()
        assert len(mail.outbox) == 1 and results() == [SENT]

    @pytest.mark.parametrize("trouble", [smtplib.SMTPServerDisconnected, TimeoutError, ConnectionResetError])
    def test_never_again_where_nobody_can_say(self, server, trouble):
        server.at_send = [trouble("broken off")]
        for _ in range(3):
            work_again()
        assert server.handed == 1 and results() == [UNKNOWN]

    def test_never_again_where_the_worker_was_lost(self, server):
        now = timezone.now()
        assert Job.objects.all().take("lost", now - DAY, timedelta(seconds=1)) is None
        Job.objects.update(run_after=now - 2 * DAY)
        assert Job.objects.all().take("lost", now - DAY, timedelta(seconds=1)) is not None
        Worker().run(drain=True)
        assert server.handed == 0 and results() == [UNKNOWN]


class TestDeadlines:
    def test_one_letter_a_day_with_all_of_it(self, people):
        editor, other = people
        now = timezone.now()
        claim = f.ClaimFactory()
        Assignment.give(None, claim, editor)
        Job.objects.all().delete()
        late = f.ContactFactory(
            claim=claim, addressee="Rumpelstilz", asked_at=now - 9 * DAY, deadline=now - DAY, by=other
        )
        f.ContactFactory(claim=claim, asked_at=now - 9 * DAY, deadline=now + 5 * DAY, by=other)
        due = f.ComplaintFactory(due_on=(now + DAY).date())
        due.assign(None, editor)
        f.ComplaintFactory(due_on=(now + 9 * DAY).date())
        Job.objects.all().delete()
        draft = f.VerdictDraftFactory(state="submitted")
        type(draft).objects.filter(pk=draft.pk).update(submitted_at=now - 4 * DAY)
        f.VerdictDraftFactory(state="submitted")
        tasks.remind_people.func()
        letters = {one.to[0]: one.body for one in sent()}
        body = letters["Eda Editor <eda@desk.example>"]
        assert [f"/{one._meta.model_name}/{one.pk}/" in body for one in (late, due, draft)] == [True] * 3
        assert body.count("http") == 3 + 2 and "Rumpelstilz" not in body
        assert f"{late.deadline:%-d %B %Y}: {claim.statement}" in body

    def test_nothing_due_is_no_letter(self, people):
        tasks.remind_people.func()
        assert sent() == [] and set(results()) == {NO_LONGER_SO}

    def test_a_reading_that_is_due(self, people):
        verdict = f.VerdictFactory(author=people[1])
        for claim in (verdict.claim, f.VerdictFactory().claim):
            ReviewTask.remind(claim, timezone.now().date() - DAY, timezone.now())
        ReviewTask.remind(
            f.VerdictFactory(author=people[1]).claim, timezone.now().date() + DAY, timezone.now()
        )
        tasks.remind_people.func()
        bodies = {one.to[0]: one.body for one in sent()}
        assert bodies['"Rita, who reads" <rita@desk.example>'].count("/reviewtask/") == 1

    def test_turned_off(self, people):
        f.ComplaintFactory(due_on=timezone.now().date())
        for one in people:
            MailRefusal.refuse(one.pk, "deadline")
        f.some_editor().describe(f.some_administrator(), email="")
        tasks.remind_people.func()
        assert sent() == []

    def test_long_lists_are_cut(self, people, monkeypatch):
        monkeypatch.setattr("articles.mailing.MOST_LINES", 2)
        for _ in range(3):
            f.ComplaintFactory(due_on=timezone.now().date())
        tasks.remind_people.func()
        body = next(one.body for one in sent() if "eda@" in one.to[0])
        assert body.count("/complaint/") == 2 and "And more." in body


def test_where_the_site_is(settings):
    settings.SITE_URL, settings.HTTPS, settings.ALLOWED_HOSTS = "", True, ["*", ".desk.example"]
    assert site() == "https://desk.example"
    settings.ALLOWED_HOSTS = ["*"]
    assert site() == "https://localhost"
