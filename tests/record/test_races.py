"""Several people at once, as processes of their own on a database that really commits."""

from __future__ import annotations

import json
import signal
from itertools import pairwise

import pytest

from articles.models import Article, Change, Claim, LedgerHead, Verdict
from articles.verification import verify
from tests.factories import ClaimFactory, TopicFactory, UserFactory, VerdictDraftFactory


@pytest.fixture
def two_editors(committed_database):
    return [UserFactory(username=name, role="editor", display_name=name.title()) for name in ("eda", "edwin")]


def test_two_editors_publish_one_draft(committed_database, two_editors):
    draft = VerdictDraftFactory(state="submitted")
    before = LedgerHead.objects.get().seq

    answers = committed_database.at_once(
        [committed_database.start("publish", draft.pk, editor.username) for editor in two_editors]
    )

    winner, loser = sorted(answers, key=lambda answer: not answer.startswith("published"))
    assert winner == "published 1"
    assert loser.startswith("already_published: This was published already, as verdict 1 by E")
    verdict = Verdict.objects.get()
    assert verdict.approver.display_name in loser
    assert list(Change.objects.filter(seq__gt=before).values_list("verb", "object_type", "object_id")) == [
        ("publish", "verdict", verdict.pk)
    ]
    assert verify() == []


def test_two_people_reword_one_claim(committed_database, two_editors):
    claim = ClaimFactory(statement="The first wording.")

    answers = committed_database.at_once(
        [
            committed_database.start("revise", claim.pk, editor.username, f"Reworded by {editor.username}.")
            for editor in two_editors
        ]
    )

    winner, loser = sorted(answers, key=lambda answer: not answer.startswith("written"))
    assert winner == "written 2"
    assert loser.startswith("stale: Somebody else changed this claim in the meantime")
    claim.refresh_from_db()
    assert (claim.revision, claim.statement) in [(2, f"Reworded by {one.username}.") for one in two_editors]
    assert verify() == []


@pytest.mark.slow
def test_many_acts_at_once_make_one_chain(committed_database):
    people = [UserFactory(username=f"person{number}") for number in range(4)]
    TopicFactory()
    before = LedgerHead.objects.get().seq

    answers = committed_database.at_once(
        [committed_database.start("act", one.username, 25) for one in people]
    )

    assert answers == ["done"] * 4
    entries = list(Change.objects.filter(seq__gt=before).order_by("seq"))
    assert [entry.seq for entry in entries] == list(range(before + 1, before + 101))
    assert Claim.objects.count() == 100
    for earlier, later in pairwise(entries):
        assert json.loads(later.envelope)["previous"] == earlier.hash
    assert verify() == []


@pytest.mark.slow
def test_a_process_killed_in_the_middle_of_an_act_leaves_nothing(committed_database):
    person = UserFactory(username="unlucky")
    before = LedgerHead.objects.get().seq
    process = committed_database.start("die", person.username)
    assert process.stdout.readline().strip() == "ready"
    process.stdin.write("go\n")
    process.stdin.flush()
    assert process.stdout.readline().strip() == "half way"

    process.send_signal(signal.SIGKILL)
    process.wait(timeout=120)

    # The lock went with the process: the next act gets through, under the number the dead one had in mind.
    ClaimFactory()
    assert not Article.objects.exists() and Claim.objects.count() == 1
    assert LedgerHead.objects.get().seq == before + 1
    assert verify() == []
