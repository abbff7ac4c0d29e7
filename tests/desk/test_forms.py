"""What people type becomes rows by the verbs, or a sentence beside the field."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from articles import models
from tests import factories
from tests.desk.conftest import add_to, as_loaded, button_of, page_of


def add(client, model, **sent):
    return client.post(add_to(model), sent)


def test_a_claim(sign_in, reporter):
    topic = factories.TopicFactory()
    answer = add(
        sign_in(reporter), models.Claim, statement="The bridge cost four million dollars.", kind="quantity",
        language="en", topics=[topic.pk], asserted_earliest="2024-10-25",
    )  # fmt: skip
    claim = models.Claim.objects.get()
    assert answer.status_code == 302
    assert (claim.created_by, claim.kind, str(claim.asserted_earliest), list(claim.topics.all())) == (
        reporter, "quantity", "2024-10-25", [topic],
    )  # fmt: skip
    change = models.Change.objects.about(claim).get()
    assert (change.verb, change.actor) == ("add", reporter)
    assert not LogEntry.objects.exists()


def test_a_source_of_its_kind(sign_in):
    client = sign_in("reporter")
    answer = add(client, models.Source, kind="court_case", title="Doe v. Roe")
    assert "A source of this kind needs a court." in answer.content.decode()
    answer = add(client, models.Source, kind="news_report", title="A report", court="District Court")
    assert "Only these kinds of source have a court" in answer.content.decode()
    assert "A report" in answer.content.decode()
    assert not models.Source.objects.exists()
    assert (
        add(client, models.Source, kind="court_case", title="Doe v. Roe", court="District Court").status_code
        == 302
    )
    assert models.Source.objects.get().court == "District Court"


def test_an_address_without_a_scheme_gets_https(sign_in):
    add(sign_in("reporter"), models.Source, kind="news_report", title="A report", url="example.org/report")
    assert models.Source.objects.get().url == "https://example.org/report"


def test_a_version_keeps_its_text_as_it_is(sign_in):
    source = factories.SourceFactory()
    sent = {
        "source": source.pk,
        "copy_quality": "primary",
        "rights": "none",
        "text": "  First line.\r\n\r\nLast. \n",
    }
    assert add(sign_in("reporter"), models.SourceVersion, **sent).status_code == 302
    version = models.SourceVersion.objects.get()
    assert version.text == "  First line.\n\nLast. \n"
    assert version.sha256
    assert (
        "already the text of version 1"
        in add(sign_in("reporter"), models.SourceVersion, **sent).content.decode()
    )


def test_a_version_without_text(sign_in):
    source = factories.SourceFactory()
    sent = {
        "source": source.pk,
        "copy_quality": "reworded",
        "rights": "none",
        "text": "",
        "seen_as": "A summary.",
    }
    assert add(sign_in("reporter"), models.SourceVersion, **sent).status_code == 302
    assert models.SourceVersion.objects.get().text is None


def test_evidence(sign_in):
    claim, version = factories.ClaimFactory(), factories.SourceVersionFactory(text="We paid\nfour million.")
    sent = {"claim": claim.pk, "source_version": version.pk, "stance": "supports", "passage": "paid\r\nfour"}
    assert add(sign_in("reporter"), models.Evidence, **sent).status_code == 302
    evidence = models.Evidence.objects.get()
    assert (evidence.passage, evidence.passage_state) == ("paid\nfour", "verified")
    answer = add(sign_in("reporter"), models.Evidence, **sent | {"passage": "", "note": ""})
    assert (
        "Give the source’s words" in answer.content.decode()
        or "say in yours what it shows" in answer.content.decode()
    )
    answer = add(sign_in("reporter"), models.Evidence, **sent | {"posture": "found"})
    assert "Only evidence from a court case, filing or order has a posture." in answer.content.decode()


def test_evidence_on_a_merged_claim_is_refused_with_a_sentence(sign_in):
    claim, version = factories.ClaimFactory(status="merged"), factories.SourceVersionFactory()
    sent = {
        "claim": claim.pk,
        "source_version": version.pk,
        "stance": "supports",
        "note": "Kept in the form.",
    }
    answer = add(sign_in("reporter"), models.Evidence, **sent)
    assert answer.status_code == 200
    assert "may not change this claim" in answer.content.decode()
    assert "Kept in the form." in answer.content.decode()


def test_evidence_is_revised_until_a_verdict_cites_it(sign_in):
    evidence, client = factories.EvidenceFactory(), sign_in("reporter")
    sent = as_loaded(client.get(page_of(evidence))) | {"passage": "four million dollars"}
    assert client.post(page_of(evidence), sent).status_code == 302
    evidence.refresh_from_db()
    assert (evidence.passage, evidence.passage_state) == ("four million dollars", "verified")


def test_words_are_marked_by_quoting_them(sign_in):
    claim, version = factories.ClaimFactory(), factories.ArticleVersionFactory()
    paper = factories.ClaimantFactory()
    sent = {
        "claim": claim.pk, "article_version": version.pk, "words": factories.TEXT[23:].strip(),
        "claimant_1": paper.pk, "described_as_2": "two people briefed on the plan",
        "named_by_2": "two people briefed on the plan",
    }  # fmt: skip
    assert add(sign_in("reporter"), models.Appearance, **sent).status_code == 302
    mark = models.Appearance.objects.get()
    assert version.text[mark.start : mark.end] == mark.exact == sent["words"]
    chain = list(mark.attributions.all())
    assert (chain[0].claimant, chain[1].described_as, chain[1].words) == (
        paper, "two people briefed on the plan", "two people briefed on the plan",
    )  # fmt: skip


def test_words_that_do_not_stand_there(sign_in):
    claim, version = factories.ClaimFactory(), factories.ArticleVersionFactory(text="No. No. Perhaps.\n")
    sent = {"claim": claim.pk, "article_version": version.pk}
    client = sign_in("reporter")
    assert "does not say this" in add(client, models.Appearance, **sent, words="Never.").content.decode()
    assert "from 0, 4. Say which" in add(client, models.Appearance, **sent, words="No.").content.decode()
    assert "but at 0, 4." in add(client, models.Appearance, **sent, words="No.", at=3).content.decode()
    assert not models.Appearance.objects.exists()
    assert add(client, models.Appearance, **sent, words="No.", at=4).status_code == 302
    assert models.Appearance.objects.get().start == 4
    assert "already on record" in add(client, models.Appearance, **sent, words="No.", at=4).content.decode()


def test_an_attribution_names_somebody(sign_in):
    claim, version = factories.ClaimFactory(), factories.ArticleVersionFactory()
    sent = {
        "claim": claim.pk,
        "article_version": version.pk,
        "words": "Others doubt the figure.",
        "named_by_1": "Others",
    }
    answer = add(sign_in("reporter"), models.Appearance, **sent)
    assert "Name a claimant, or describe who says it." in answer.content.decode()
    answer = add(
        sign_in("reporter"), models.Appearance, **sent | {"described_as_1": "others", "named_by_1": "Nobody"}
    )
    assert "does not stand in the quotation" in answer.content.decode()
    assert not models.Appearance.objects.exists()


def test_smaller_nouns(sign_in):
    client, article = sign_in("reporter"), factories.ArticleFactory()
    first, second = factories.ClaimFactory(), factories.ClaimFactory()
    source, origin = factories.SourceFactory(), factories.SourceFactory()
    for model, sent in (
        (models.Topic, {"name": "Bridges"}),
        (models.Claimant, {"name": "The Post", "kind": "organisation"}),
        (models.Copy, {"article": article.pk, "kind": "cross_post", "publisher": "The Post"}),
        (models.ClaimRelation, {"first": second.pk, "kind": "updates", "second": first.pk}),
        (models.Derivation, {"source": source.pk, "origin": origin.pk, "basis": "inferred", "note": ""}),
    ):
        answer = add(client, model, **sent)
        assert answer.status_code == 302, (model, answer.content.decode())
        assert model.objects.count() == 1
    assert models.ClaimRelation.objects.get().first == second
    assert models.Topic.objects.get().name == "Bridges"
    add(client, models.Topic, name="Bridges")
    assert models.Topic.objects.count() == 1


def test_who_an_anonymous_source_is(sign_in, reporter):
    source = factories.SourceFactory(kind="anonymous_source")
    sent = {"public_source": source.pk, "identity": "Somebody", "notes": "By telephone only."}
    assert add(sign_in(reporter), models.ConfidentialSource, **sent).status_code == 302
    kept = models.ConfidentialSource.objects.get()
    assert (kept.entered_by, kept.identity) == (reporter, "Somebody")
    assert not models.ChangeRow.objects.filter(payload__contains="Somebody").exists()
    named = factories.SourceFactory()
    answer = add(sign_in(reporter), models.ConfidentialSource, **sent | {"public_source": named.pk})
    assert answer.status_code == 200
    assert models.ConfidentialSource.objects.count() == 1


def test_redaction(sign_in):
    evidence = factories.EvidenceFactory()
    sent = {"words": "four million", "reason": "A private matter."}
    assert add(sign_in("editor"), models.Redaction, **sent).status_code == 403
    client = sign_in("administrator")
    answer = add(client, models.Redaction, **sent | {"reason": "Because of four million."})
    assert "The reason repeats the words that are to go." in answer.content.decode()
    answer = add(client, models.Redaction, **sent | {"words": "nowhere to be found"})
    assert "These words stand nowhere in the record." in answer.content.decode()
    assert add(client, models.Redaction, **sent).status_code == 302
    evidence.refresh_from_db()
    assert "four million" not in evidence.passage
    page = client.get(page_of(models.Redaction.objects.get())).content.decode()
    assert "four million" not in page


def test_the_newsroom(sign_in, newsroom):
    client = sign_in("administrator")
    sent = as_loaded(client.get(page_of(newsroom))) | {
        "name": "The Bridge Desk",
        "allows_self_approval": "on",
    }
    assert client.post(page_of(newsroom), sent).status_code == 302
    newsroom.refresh_from_db()
    assert (newsroom.name, newsroom.allows_self_approval) == ("The Bridge Desk", True)
    assert "The Bridge Desk" in client.get(reverse("admin:index")).content.decode()
    sent = as_loaded(client.get(page_of(newsroom)))
    del sent["allows_self_approval"]
    client.post(page_of(newsroom), sent)
    newsroom.refresh_from_db()
    assert newsroom.allows_self_approval is False


def test_words_of_a_rating(sign_in):
    rating, client = factories.RatingFactory(), sign_in("administrator")
    sent = as_loaded(client.get(page_of(rating))) | {"labels": '{"en": "Borne out"}'}
    assert client.post(page_of(rating), sent).status_code == 302
    rating.refresh_from_db()
    assert rating.label == "Borne out"


@pytest.mark.parametrize(
    "labels", ["[1]", '"x"', "1", '{"en": 1}', '{"en": {"a": "b"}}', "{", '{"en": ""}', "{}", "null"]
)
def test_labels_that_no_page_could_show(sign_in, labels):
    rating, client = factories.RatingFactory(), sign_in("administrator")
    sent = as_loaded(client.get(page_of(rating))) | {"labels": labels}
    answer = client.post(page_of(rating), sent)
    assert answer.status_code == 200
    assert answer.context["errors"]
    rating.refresh_from_db()
    assert rating.label == "Supported"
    assert client.get(page_of(rating)).status_code == 200


# Searching instead of lists


def search(client, model, field, term="", **more):
    return client.get(
        reverse("admin:autocomplete"),
        {"app_label": "articles", "model_name": model, "field_name": field, "term": term, **more},
    )


def test_search_behind_a_field(sign_in, client):
    claim = factories.ClaimFactory(statement="The tower leans by four degrees.")
    factories.ClaimFactory()
    found = search(sign_in("reporter"), "evidence", "claim", "tower").json()["results"]
    assert found == [{"id": str(claim.pk), "text": claim.statement}]
    assert search(client, "evidence", "claim", "tower").status_code == 302


def test_search_keeps_to_the_kind(sign_in):
    factories.SourceFactory(title="A tower")
    hidden = factories.SourceFactory(title="An official near the tower", kind="anonymous_source")
    found = search(sign_in("reporter"), "confidentialsource", "public_source", "tower").json()["results"]
    assert [one["id"] for one in found] == [str(hidden.pk)]


def test_search_sees_what_the_person_sees(sign_in, monkeypatch):
    claim = factories.ClaimFactory(statement="The tower leans by four degrees.")
    seen = models.Claim.objects.none()
    monkeypatch.setattr(type(models.Claim.objects.all()), "visible_to", lambda self, user: seen)
    assert search(sign_in("reporter"), "evidence", "claim", "tower").json()["results"] == []
    version = factories.SourceVersionFactory()
    sent = {"claim": claim.pk, "source_version": version.pk, "stance": "supports", "note": "x"}
    assert "Select a valid choice" in add(sign_in("reporter"), models.Evidence, **sent).content.decode()


def test_no_field_is_a_list_of_everything(sign_in):
    """A choice among rows is a search; only ratings, a handful, are listed."""
    from django import forms

    from articles.admin import desk
    from articles.admin.forms import Chooser, MultipleChooser

    client = sign_in("administrator")
    for model, record_admin in desk._registry.items():
        if not record_admin.add_fields:
            continue
        form = client.get(add_to(model)).context["adminform"].form
        for name, field in form.fields.items():
            if isinstance(field, forms.ModelChoiceField) and name != "rating":
                widget = getattr(field.widget, "widget", field.widget)
                assert isinstance(widget, (Chooser, MultipleChooser)), (model, name)


def test_links_fill_the_form(sign_in):
    claim = factories.ClaimFactory()
    form = sign_in("reporter").get(f"{add_to(models.Evidence)}?claim={claim.pk}").context["adminform"].form
    assert claim.statement in str(form["claim"])


def test_replacing_from_a_text_of_a_browser(sign_in):
    version = factories.SourceVersionFactory(text="We paid\nfour million.")
    evidence = factories.EvidenceFactory(source_version=version, passage="We paid")
    sent = {
        "seen": evidence.revision, "source_version": version.pk, "stance": "supports", "passage": "paid\r\nfour",
        "locator": "", "posture": "", "note": "x",
    }  # fmt: skip
    sign_in("reporter").post(button_of(evidence, "replace"), sent)
    assert models.Evidence.objects.get(replaces=evidence).passage_state == "verified"
