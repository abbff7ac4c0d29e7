"""Every verb behind a button: it works, it refuses, and it is offered only where it would."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from articles import models
from articles.admin import desk
from articles.admin.landing import page_of as landing_of
from tests import factories
from tests.desk.conftest import button_of, page_of
from tests.pages.reading import Page


def offered(client, row, among=None):
    """Return the names of the buttons that the row's page offers; `among` leaves out others than these."""
    names = [one["button"].name for one in client.get(page_of(row)).context["offered"]]
    return [name for name in names if among is None or name in among]


def press(client, row, name, **sent):
    row.refresh_from_db()
    return client.post(button_of(row, name), {"seen": getattr(row, "revision", ""), **sent})


def sentence_on(response):
    return response.content.decode()


CLAIM_BUTTONS = {
    "any": ("check", "reopen", "topics", "relate", "not-checkable", "merge", "unmerge", "dismiss"),
    "open": {
        "reporter": ["check", "topics", "relate", "not-checkable"],
        "editor": ["check", "topics", "relate", "not-checkable", "merge", "dismiss"],
    },
    "checking": {
        "reporter": ["reopen", "topics", "relate", "not-checkable"],
        "editor": ["reopen", "topics", "relate", "not-checkable", "merge", "dismiss"],
    },
    "not_checkable": {
        "reporter": ["reopen", "topics", "relate"],
        "editor": ["reopen", "topics", "relate", "merge", "dismiss"],
    },
    "dismissed": {
        "reporter": ["reopen", "topics", "relate"],
        "editor": ["reopen", "topics", "relate", "merge"],
    },
    "merged": {"reporter": [], "editor": ["unmerge"]},
}


@pytest.mark.parametrize("role", ["reporter", "editor"])
@pytest.mark.parametrize("status", [one for one in CLAIM_BUTTONS if one != "any"])
def test_what_a_claim_offers(sign_in, status, role):
    names = offered(sign_in(role), factories.ClaimFactory(status=status), CLAIM_BUTTONS["any"])
    assert names == CLAIM_BUTTONS[status][role]


def test_check_and_reopen(sign_in):
    claim, client = factories.ClaimFactory(), sign_in("reporter")
    assert press(client, claim, "check").status_code == 302
    claim.refresh_from_db()
    assert claim.status == "checking"
    press(client, claim, "reopen")
    claim.refresh_from_db()
    assert claim.status == "open"
    assert models.Change.objects.about(claim).last().actor == factories.some_reporter()


def test_not_checkable_wants_a_reason(sign_in):
    claim, client = factories.ClaimFactory(), sign_in("reporter")
    answer = press(client, claim, "not-checkable", reason="  ")
    assert answer.status_code == 400
    assert "This field is required." in sentence_on(answer)
    assert press(client, claim, "not-checkable", reason="A matter of taste.").status_code == 302
    claim.refresh_from_db()
    assert (claim.status, claim.status_reason) == ("not_checkable", "A matter of taste.")


def test_a_refusal_keeps_the_reason(sign_in):
    claim = factories.ClaimFactory(rating="supported")
    answer = press(sign_in("editor"), claim, "dismiss", reason="Out of our field entirely.")
    assert answer.status_code == 409
    assert "Withdraw the verdict instead." in sentence_on(answer)
    assert "Out of our field entirely." in sentence_on(answer)
    claim.refresh_from_db()
    assert claim.status == "open"


def test_dismiss(sign_in):
    claim = factories.ClaimFactory()
    assert press(sign_in("editor"), claim, "dismiss", reason="Not for us.").status_code == 302
    claim.refresh_from_db()
    assert claim.status == "dismissed"


def test_merge_and_unmerge_claims(sign_in):
    claim, survivor, client = factories.ClaimFactory(), factories.ClaimFactory(), sign_in("editor")
    assert press(client, claim, "merge", survivor=survivor.pk).status_code == 302
    claim.refresh_from_db()
    assert claim.merged_into == survivor
    press(client, claim, "unmerge")
    claim.refresh_from_db()
    assert claim.merged_into is None


def test_merge_into_itself_is_refused(sign_in):
    claim = factories.ClaimFactory()
    answer = press(sign_in("editor"), claim, "merge", survivor=claim.pk)
    assert answer.status_code == 409
    assert "cannot be merged into itself" in sentence_on(answer)


@pytest.mark.parametrize("survivor", ["", "abc", "999999", "9" * 30, "1,2"])
def test_merge_into_garbage_is_a_sentence(sign_in, survivor):
    claim = factories.ClaimFactory()
    answer = press(sign_in("editor"), claim, "merge", survivor=survivor)
    assert answer.status_code == 400
    claim.refresh_from_db()
    assert claim.merged_into is None


def test_topics(sign_in):
    claim, topics = factories.ClaimFactory(), [factories.TopicFactory(), factories.TopicFactory()]
    assert press(sign_in("reporter"), claim, "topics", topics=[one.pk for one in topics]).status_code == 302
    assert set(claim.topics.all()) == set(topics)


def test_topics_on_an_old_page(sign_in):
    claim, topic = factories.ClaimFactory(), factories.TopicFactory()
    claim.revise(factories.some_editor(), kind="quantity")
    client = sign_in("reporter")
    answer = client.post(button_of(claim, "topics"), {"seen": 1, "topics": [topic.pk]})
    assert answer.status_code == 409
    assert "Somebody else changed this claim" in sentence_on(answer)
    assert not claim.topics.exists()
    # The choice is still there, on top of the claim as it stands: sending it again is a decision.
    form = answer.context["form"]
    assert (form["seen"].value(), form["topics"].value()) == ("2", [str(topic.pk)])


def test_relate(sign_in):
    claim, other, client = factories.ClaimFactory(), factories.ClaimFactory(), sign_in("reporter")
    assert press(client, claim, "relate", kind="reports", other=other.pk).status_code == 302
    relation = models.ClaimRelation.objects.get()
    assert (relation.first, relation.second) == (claim, other)
    assert press(client, other, "relate", kind="reports", other=claim.pk).status_code == 409
    answer = press(client, relation, "take-back")
    assert answer["Location"] == landing_of(claim)
    assert not models.ClaimRelation.objects.exists()


def test_articles_open_and_close(sign_in):
    article, client = factories.ArticleFactory(), sign_in("editor")
    assert offered(sign_in("reporter"), article, ("open", "close")) == []
    assert offered(client, article, ("open", "close")) == ["open"]
    press(client, article, "open")
    article.refresh_from_db()
    assert article.is_public
    assert offered(client, article, ("open", "close")) == ["close"]
    press(client, article, "close")
    article.refresh_from_db()
    assert not article.is_public


def test_sources(sign_in):
    source, origin, client = factories.SourceFactory(), factories.SourceFactory(), sign_in("editor")
    assert offered(client, source) == ["derive", "open", "merge"]
    assert offered(sign_in("reporter"), source) == ["derive"]
    assert press(client, source, "derive", origin=origin.pk, basis="stated", note="").status_code == 302
    assert press(client, origin, "derive", origin=source.pk, basis="stated").status_code == 409
    press(client, source, "open")
    source.refresh_from_db()
    assert source.visibility == "public"
    press(client, source, "merge", survivor=factories.SourceFactory().pk)
    assert offered(client, source) == ["unmerge"]
    assert press(client, source, "unmerge").status_code == 302
    derivation = models.Derivation.objects.get()
    assert press(client, derivation, "take-back")["Location"] == page_of(source)


def test_claimants(sign_in):
    claimant, other, client = factories.ClaimantFactory(), factories.ClaimantFactory(), sign_in("editor")
    assert offered(sign_in("reporter"), claimant) == []
    assert press(client, claimant, "merge", survivor=other.pk).status_code == 302
    assert offered(client, claimant) == ["unmerge"]
    assert press(client, claimant, "unmerge").status_code == 302
    group = factories.ClaimantFactory(kind="group", name="two people briefed on the plan")
    assert offered(client, group) == []
    assert press(client, claimant, "merge", survivor=group.pk).status_code == 409


def test_evidence(sign_in):
    evidence, client = factories.EvidenceFactory(), sign_in("reporter")
    assert offered(client, evidence) == ["replace", "take-back"]
    assert offered(sign_in("editor"), evidence) == ["open", "replace", "take-back"]
    press(sign_in("editor"), evidence, "open")
    evidence.refresh_from_db()
    assert evidence.is_public
    factories.VerdictFactory(claim=evidence.claim, evidence=[evidence])
    assert offered(client, evidence) == ["replace"]
    assert press(client, evidence, "take-back").status_code == 409

    sent = {
        "source_version": evidence.source_version_id, "stance": "refutes", "passage": "", "locator": "p. 4",
        "posture": "", "note": "It says the opposite.",
    }  # fmt: skip
    answer = press(client, evidence, "replace", **sent)
    newer = models.Evidence.objects.get(replaces=evidence)
    assert answer["Location"] == page_of(newer)
    assert (newer.stance, newer.locator, newer.note) == ("refutes", "p. 4", "It says the opposite.")
    assert press(client, evidence, "replace", **sent).status_code == 409


def test_a_replacement_begins_as_a_copy(sign_in):
    evidence = factories.EvidenceFactory(locator="page 7")
    form = sign_in("reporter").get(button_of(evidence, "replace")).context["form"]
    assert form["locator"].value() == "page 7"
    assert form["passage"].value() == evidence.passage
    assert evidence.source_version.source.title in str(form["source_version"])


def test_take_evidence_back(sign_in):
    evidence = factories.EvidenceFactory()
    answer = press(sign_in("reporter"), evidence, "take-back")
    assert answer["Location"] == landing_of(evidence.claim)
    assert not models.Evidence.objects.exists()


def test_evidence_in_a_draft_stays(sign_in):
    evidence = factories.VerdictDraftFactory().evidence.get()
    answer = press(sign_in("editor"), evidence, "take-back")
    assert answer.status_code == 409
    assert "A verdict draft uses this evidence" in sentence_on(answer)


def test_withdraw(sign_in):
    verdict, client = factories.VerdictFactory(), sign_in("editor")
    assert offered(sign_in("reporter"), verdict, ("withdraw",)) == []
    assert offered(client, verdict, ("withdraw",)) == ["withdraw"]
    assert press(client, verdict, "withdraw", note="").status_code == 400
    answer = press(client, verdict, "withdraw", note="The minutes were forged.")
    withdrawal = models.Verdict.objects.get(number=2)
    assert withdrawal.is_withdrawal
    assert answer["Location"] == page_of(withdrawal)
    assert offered(client, verdict, ("withdraw",)) == []
    assert press(client, verdict, "withdraw", note="Once more.").status_code == 409


def test_retire_a_rating(sign_in):
    rating, client = factories.RatingFactory(), sign_in("administrator")
    other = factories.RatingFactory(slug="mostly_supported")
    assert offered(sign_in("editor"), rating) == []
    assert press(client, rating, "retire", replaced_by=other.pk).status_code == 302
    rating.refresh_from_db()
    assert rating.retired_at is not None
    assert rating.replaced_by == other
    assert press(client, rating, "retire").status_code == 409


# What reporters may not do, is refused at the address too.

FOR_EDITORS = [
    ("ClaimFactory", {}, "merge"), ("ClaimFactory", {}, "dismiss"), ("ClaimFactory", {"status": "merged"}, "unmerge"),
    ("ClaimantFactory", {}, "merge"), ("ClaimantFactory", {}, "unmerge"), ("SourceFactory", {}, "merge"),
    ("SourceFactory", {}, "unmerge"), ("EvidenceFactory", {}, "open"),
    ("ArticleFactory", {}, "open"), ("ArticleFactory", {"public": True}, "close"),
    ("VerdictDraftFactory", {"state": "submitted"}, "publish"),
    ("VerdictDraftFactory", {"state": "submitted"}, "hand-back"), ("VerdictFactory", {}, "withdraw"),
]  # fmt: skip
FOR_ADMINISTRATORS = [
    ("RatingFactory", {}, "retire"), ("UserFactory", {}, "role"), ("UserFactory", {}, "password"),
    ("UserFactory", {}, "deactivate"), ("UserFactory", {"is_active": False}, "reactivate"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "factory", "given", "name"),
    [("reporter", *one) for one in FOR_EDITORS + FOR_ADMINISTRATORS]
    + [("editor", *one) for one in FOR_ADMINISTRATORS],
)
def test_a_direct_post_beyond_ones_role_is_403(sign_in, role, factory, given, name):
    row, client = getattr(factories, factory)(**given), sign_in(role)
    model = type(row)
    before = model._base_manager.filter(pk=row.pk).values().get()
    changes = models.Change.objects.count()
    sent = {"survivor": row.pk, "reason": "So.", "note": "So.", "role": "administrator",
            "password1": factories.PASSWORD, "password2": factories.PASSWORD}  # fmt: skip
    answer = press(client, row, name, **sent)
    assert answer.status_code == 403
    assert f"is not for a {role}." in sentence_on(answer)
    assert client.get(button_of(row, name)).status_code == 403
    assert name not in offered(client, row)
    assert model._base_manager.filter(pk=row.pk).values().get() == before
    assert models.Change.objects.count() == changes


@pytest.mark.parametrize(
    ("role", "factory", "given", "name"),
    [("reporter", *one) for one in FOR_EDITORS + FOR_ADMINISTRATORS]
    + [("editor", *one) for one in FOR_ADMINISTRATORS],
)
def test_the_verb_itself_has_the_last_word(sign_in, monkeypatch, role, factory, given, name):
    """Even if the desk offered it, the verb refuses."""
    row, client = getattr(factories, factory)(**given), sign_in(role)
    record_admin = desk._registry[type(row)]
    button = next(one for one in record_admin.buttons if one.name == name)
    monkeypatch.setattr(
        record_admin, "buttons", (type(button)(**{**vars(button), "who": lambda user: True}),)
    )
    survivor = getattr(factories, factory)().pk if "merge" in name else ""
    sent = {"survivor": survivor, "reason": "So.", "note": "So.", "role": "administrator",
            "password1": factories.PASSWORD, "password2": factories.PASSWORD}  # fmt: skip
    answer = press(client, row, name, **sent)
    assert answer.status_code == 403
    assert "Only an" in sentence_on(answer) or "may not" in sentence_on(answer)


def test_buttons_want_a_token(newsroom):
    from django.test import Client

    claim, client = factories.ClaimFactory(), Client(enforce_csrf_checks=True)
    client.force_login(factories.some_editor())
    assert client.post(button_of(claim, "check")).status_code == 403
    claim.refresh_from_db()
    assert claim.status == "open"


def test_looking_at_a_button_does_nothing(sign_in):
    claim, client = factories.ClaimFactory(), sign_in("editor")
    for button in desk._registry[models.Claim].buttons:
        answer = client.get(button_of(claim, button.name))
        assert answer.status_code == 200
        assert claim.statement in sentence_on(answer)
    claim.refresh_from_db()
    assert (claim.status, claim.revision) == ("open", 1)


def test_an_unknown_button_is_404(sign_in):
    claim = factories.ClaimFactory()
    assert sign_in("editor").post(button_of(claim, "delete")).status_code == 404


def test_somebody_was_faster(sign_in):
    """A button that made sense when the page was loaded, and no longer does."""
    claim, client = factories.ClaimFactory(), sign_in("editor")
    claim.merge_into(factories.ClaimFactory(), factories.some_editor())
    answer = press(client, claim, "check")
    assert answer.status_code == 403
    claim.refresh_from_db()
    assert claim.status == "merged"


# Where one is afterwards, and back again.

QUEUE = "/desk/queue/suggestions/?after=7"


@pytest.mark.parametrize("place", ["form", "address"])
def test_one_is_back_where_one_came_from(sign_in, place):
    claim, client = factories.ClaimFactory(), sign_in("reporter")
    if place == "form":
        answer = press(client, claim, "check", next=QUEUE)
    else:
        answer = client.post(
            f"{button_of(claim, 'check')}?{urlencode({'next': QUEUE})}", {"seen": claim.revision}
        )
    assert answer["Location"] == QUEUE


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example/desk/", "/claims/", "desk/", "javascript:alert(1)", "/desk",
        "https://evil.example/desk/", "\\\\evil.example/desk/", "/\\evil.example/desk/", " //evil.example/desk/", "",
        "/desk/../claims/", "/desk/%2e%2e/claims/",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_place(sign_in, elsewhere):
    claim, client = factories.ClaimFactory(), sign_in("reporter")
    asked = client.get(button_of(claim, "not-checkable"), {"next": elsewhere})
    assert 'name="next"' not in asked.content.decode()
    answer = press(client, claim, "check", next=elsewhere)
    assert answer["Location"] == landing_of(claim)


def test_what_is_refused_keeps_the_way_back(sign_in):
    claim, client = factories.ClaimFactory(), sign_in("reporter")
    answer = press(client, claim, "not-checkable", reason=" ", next=QUEUE)
    assert answer.status_code == 400
    page = Page(answer.content.decode())
    assert [one.attributes["value"] for one in page.all("input") if one.attributes.get("name") == "next"] == [
        QUEUE
    ]
    assert page.all("a", href=QUEUE)
    assert press(client, claim, "not-checkable", reason="A matter of taste.", next=QUEUE)["Location"] == QUEUE


def test_what_a_role_may_not_do_leads_back_too(sign_in):
    answer = press(sign_in("reporter"), factories.ClaimFactory(), "merge", next=QUEUE)
    assert answer.status_code == 403 and Page(answer.content.decode()).all("a", href=QUEUE)


def undo_in(answer):
    return Page(answer.content.decode()).all("form", class_="undo")


def test_what_is_done_is_taken_back_beside_the_word(sign_in):
    row, client = factories.SuggestionFactory(), sign_in("reporter")
    (form,) = undo_in(client.post(button_of(row, "dismiss"), {"next": QUEUE}, follow=True))
    sent = {one.attributes["name"]: one.attributes.get("value", "") for one in form.all("input")}
    assert form.attributes["action"] == button_of(row, "reopen") and sent["next"] == QUEUE
    # Asked of Django itself: the token in a message is a token.
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="testserver")
    strict.cookies = client.cookies
    assert strict.post(form.attributes["action"], sent)["Location"] == QUEUE
    row.refresh_from_db()
    assert row.state == "open"


def test_what_nobody_may_take_back_offers_no_way(sign_in):
    row, client = factories.ArrivalFactory(), sign_in("reporter")
    assert undo_in(client.post(button_of(row, "set-aside"), follow=True)) == []


def test_every_way_back_leads_to_a_button():
    ways = [
        (admin.button(one.undo), one)
        for admin in desk._registry.values()
        for one in getattr(admin, "buttons", ())
        if one.undo and isinstance(one.undo, str)
    ]
    assert len(ways) > 3
    assert [one.name for back, one in ways if back is None] == []


def test_no_two_buttons_of_a_state_share_a_key(sign_in):
    for row in (factories.SuggestionFactory(), factories.AnchorProposalFactory(), factories.ClaimFactory()):
        offers = sign_in("editor").get(page_of(row)).context["offered"]
        keys = [one["button"].key for one in offers if one["button"].key]
        assert len(keys) == len(set(keys))
