"""One page on which a claim is worked on: for reporters and editors, without script, at any width, at a fixed cost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles.models import Claim, ClaimRelation, Contact, Evidence, ResearchStep, VerdictDraft
from tests import factories
from tests.desk.conftest import button_of, history_of, list_of, page_of
from tests.query_counts import assert_same_queries

pytestmark = pytest.mark.django_db


def bench(claim):
    return reverse("admin:articles_claim_workbench", args=[claim.pk])


def shown(client, claim, query=""):
    answer = client.get(bench(claim) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def full_claim():
    """Return a claim with one of everything."""
    claim = factories.ClaimFactory(statement="The bridge cost four million dollars.", rating="supported")
    factories.AppearanceFactory(claim=claim, attributions=[{"claimant": factories.ClaimantFactory()}])
    evidence = factories.EvidenceFactory(claim=claim)
    factories.ClaimRelationFactory(first=claim)
    factories.ClaimFactory(statement="The bridge cost five million dollars.", rating="contradicted")
    factories.ResearchStepFactory(claim=claim)
    factories.ContactFactory(claim=claim)
    factories.NoteFactory(claim=claim)
    factories.VerdictDraftFactory(claim=claim, evidence=[evidence])
    return claim


class TestPage:
    @pytest.mark.parametrize("role", ["reporter", "editor", "administrator"])
    def test_has_everything(self, sign_in, role):
        claim = full_claim()
        page = shown(sign_in(role), claim)
        for words in (
            "The claim", "Evidence", "What was looked for", "Right of reply", "History", "Claims like it",
            "Related claims", "Notes for the desk", "Verdicts and drafts", "What still stands in the way",
        ):  # fmt: skip
            assert words in page, words
        assert ("Merge this claim into the other" in page) == (role != "reporter")

    def test_is_for_the_desk(self, client, sign_in):
        claim = factories.ClaimFactory()
        assert client.get(bench(claim)).status_code == 302
        assert (
            sign_in("reporter").get(reverse("admin:articles_claim_workbench", args=[999])).status_code == 404
        )
        assert (
            sign_in("reporter").get(reverse("admin:articles_claim_workbench", args=["x" * 99])).status_code
            == 404
        )

    def test_is_what_links_to_a_claim_open(self, sign_in):
        step, client = factories.ResearchStepFactory(), sign_in("reporter")
        assert f'href="{bench(step.claim)}"' in client.get(list_of(Claim)).content.decode()
        assert f'href="{bench(step.claim)}"' in client.get(page_of(step)).content.decode()
        assert client.post(button_of(step.claim, "check"))["Location"] == bench(step.claim)

    @pytest.mark.parametrize("status", ["open", "checking", "not_checkable", "dismissed", "merged"])
    def test_in_every_state(self, sign_in, status):
        page = shown(sign_in("editor"), factories.ClaimFactory(status=status))
        assert ('name="find"' in page) == (status != "merged")
        assert ("It was merged into" in page) == (status == "merged")

    def test_garbage_in_the_address(self, sign_in):
        claim, client = factories.ClaimFactory(), sign_in("reporter")
        for query in ("?version=x", "?version=999999999999999999", "?edit=1", "?edit=-1", "?similar=%22%22",
                      "?find=" + "x" * 3_000, "?within=%F0"):  # fmt: skip
            assert client.get(bench(claim) + query).status_code == 200, query

    def test_evidence_of_another_claim_is_not_edited_here(self, sign_in):
        other = factories.EvidenceFactory()
        assert "Save the evidence" not in shown(
            sign_in("editor"), factories.ClaimFactory(), f"?edit={other.pk}"
        )

    def test_words_stand_in_their_context(self, sign_in):
        mark = factories.AppearanceFactory()
        page = shown(sign_in("reporter"), mark.claim)
        assert f"<mark>{mark.exact}</mark>" in page and mark.article_version.article.title in page


class TestInPlace:
    """What is added and changed here leads back here, and can be taken back."""

    def test_evidence(self, sign_in):
        claim, version, client = (
            factories.ClaimFactory(),
            factories.SourceVersionFactory(),
            sign_in("reporter"),
        )
        sent = {"source_version": version.pk, "stance": "refutes", "note": "It says so.", "seen": 1,
                "next": f"{bench(claim)}#evidence"}  # fmt: skip
        answer = client.post(button_of(claim, "evidence"), sent)
        assert answer["Location"] == f"{bench(claim)}#evidence"
        evidence = Evidence.objects.get()
        page = shown(client, claim)
        assert "It says so." in page and f'action="{button_of(evidence, "take-back")}" class="undo"' in page
        client.post(button_of(evidence, "take-back"), {"seen": 1, "next": bench(claim)})
        assert not Evidence.objects.exists()

    def test_evidence_is_changed_or_where_cited_replaced(self, sign_in):
        client, evidence = sign_in("reporter"), factories.EvidenceFactory()
        assert button_of(evidence, "revise") in shown(client, evidence.claim, f"?edit={evidence.pk}")
        cited = factories.EvidenceFactory(cited=True)
        page = shown(client, cited.claim, f"?edit={cited.pk}")
        assert button_of(cited, "replace") in page and cited.passage in page
        sent = {
            "source_version": cited.source_version_id,
            "stance": "context",
            "passage": cited.passage,
            "seen": 1,
        }
        assert client.post(button_of(cited, "replace"), sent).status_code == 302
        assert Evidence.objects.get(replaces=cited).stance == "context"

    def test_step_and_question(self, sign_in):
        claim, client = factories.ClaimFactory(), sign_in("reporter")
        sent = {"question": "The invoice.", "place": "The archive", "outcome": "not_found", "seen": 1}
        assert client.post(button_of(claim, "step"), {**sent, "next": bench(claim)})["Location"] == bench(
            claim
        )
        sent = {"addressee": "The council", "question": "What did it cost?", "channel": "letter", "seen": 1,
                "deadline_0": "2999-01-01", "deadline_1": "12:00"}  # fmt: skip
        assert client.post(button_of(claim, "question"), {**sent, "next": bench(claim)})["Location"] == bench(
            claim
        )
        page = shown(client, claim)
        assert ResearchStep.objects.get().question in page and Contact.objects.get().asked in page
        assert "until 1 January 2999, 12:00 UTC" in page

    def test_reply_that_is_late(self, sign_in):
        contact = factories.ContactFactory()
        client = sign_in("reporter")
        assert "their time is over" in shown(client, contact.claim)
        client.post(button_of(contact, "no-reply"), {"seen": contact.revision, "next": bench(contact.claim)})
        assert "their time is over" not in shown(client, contact.claim)

    def test_relation(self, sign_in):
        claim, other, client = factories.ClaimFactory(), factories.ClaimFactory(), sign_in("reporter")
        sent = {"kind": "same", "other": other.pk, "seen": 1, "next": f"{bench(claim)}#similar"}
        assert client.post(button_of(claim, "relate"), sent)["Location"] == f"{bench(claim)}#similar"
        relation = ClaimRelation.objects.get()
        page = shown(client, claim)
        assert (
            "says the same as" in page and f'action="{button_of(relation, "take-back")}" class="undo"' in page
        )

    def test_merge_and_undo(self, sign_in):
        claim, other, client = factories.ClaimFactory(), factories.ClaimFactory(), sign_in("editor")
        client.post(button_of(claim, "merge"), {"survivor": other.pk, "seen": 1, "next": bench(claim)})
        page = shown(client, claim)
        assert f'action="{button_of(claim, "unmerge")}" class="undo"' in page

    def test_draft(self, sign_in):
        claim, client = factories.ClaimFactory(), sign_in("reporter")
        assert button_of(claim, "draft") in shown(client, claim)
        answer = client.post(button_of(claim, "draft"), {"seen": 1})
        assert str(VerdictDraft.objects.get().pk) in answer["Location"]
        page = shown(client, claim)
        assert button_of(claim, "draft") not in page and "Choose a rating." in page

    def test_nothing_is_added_to_a_merged_claim(self, sign_in):
        claim, version = factories.ClaimFactory(status="merged"), factories.SourceVersionFactory()
        sent = {
            "source_version": version.pk,
            "stance": "refutes",
            "note": "It says so.",
            "seen": claim.revision,
        }
        assert sign_in("reporter").post(button_of(claim, "evidence"), sent).status_code == 403
        assert not Evidence.objects.exists()


class TestPrecedents:
    def test_rating_and_what_differs(self, sign_in):
        claim = factories.ClaimFactory(statement="The harbour board approved the new crane in March.")
        factories.ClaimFactory(
            statement="The harbour board did not approve the new crane in March.", rating="contradicted"
        )
        factories.ClaimFactory(statement="Bees counted by volunteers danced through all of March.")
        page = shown(sign_in("reporter"), claim)
        assert "did not approve" in page and "Bees" not in page
        similar = page[page.index('id="similar"') : page.index('id="relations"')]
        assert "not" in similar[similar.index("called-out") :] and "Rated:" in similar

    def test_search_for_another(self, sign_in):
        claim, other = factories.ClaimFactory(), factories.ClaimFactory(statement="Bees dance.")
        client = sign_in("reporter")
        assert f'name="other" value="{other.pk}"' in shown(client, claim, "?similar=bees")
        assert "No other claim has these words." in shown(client, claim, "?similar=zeppelin")

    def test_related_ones_say_so(self, sign_in):
        relation = factories.ClaimRelationFactory(kind="same")
        client = sign_in("reporter")
        page = shown(client, relation.first, f"?similar={relation.second.statement}")
        assert f'name="other" value="{relation.second.pk}"' not in page


class TestHistory:
    def test_word_by_word(self, sign_in):
        claim = factories.ClaimFactory(statement="The bridge cost four million dollars.")
        claim.revise(
            factories.some_editor(), statement="The bridge cost five million dollars.", kind="quantity"
        )
        page = shown(sign_in("reporter"), claim)
        assert "The bridge cost <del>four</del><ins>five</ins> million dollars." in page
        assert "<del>fact</del><ins>quantity</ins>" in page and "Some Editor" in page
        page = sign_in("reporter").get(history_of(claim)).content.decode()
        assert "<del>four</del><ins>five</ins>" in page

    def test_long_texts_are_there_by_hash(self, sign_in):
        evidence = factories.EvidenceFactory()
        evidence.revise(factories.some_editor(), passage="Other words altogether.", note="Ours.")
        page = shown(sign_in("reporter"), evidence.claim)
        assert "by its hash alone" in page and "<ins>Ours</ins>" in page

    def test_erased_and_removed(self, sign_in):
        evidence = factories.EvidenceFactory(note="The secretary Quillon said so.")
        client, claim = sign_in("editor"), evidence.claim
        factories.RedactionFactory(words="Quillon")
        page = shown(client, claim)
        assert "A redaction erased what this entry held." in page and "Quillon" not in page
        evidence.refresh_from_db()
        evidence.take_back(factories.some_editor())
        assert "evidence removed" in shown(client, claim)


def test_gate_leads_to_where_it_is_mended(sign_in):
    draft = factories.VerdictDraftFactory(summary="", state="writing")
    answer = sign_in("reporter").get(bench(draft.claim))
    codes = {one["code"]: one["url"] for one in answer.context["gate"]}
    assert "no_summary" in codes and codes["no_summary"].startswith("/desk/")
    assert f'href="{codes["no_summary"]}"'.replace("&", "&amp;") in answer.content.decode()


def test_costs_the_same_however_much_there_is(sign_in):
    client, claim = (
        sign_in("editor"),
        factories.ClaimFactory(statement="The bridge cost four million dollars."),
    )

    def grow(number):
        for draft in VerdictDraft.objects.open():
            draft.drop(factories.some_editor())
        for each in range(number):
            factories.EvidenceFactory(claim=claim)
            factories.AppearanceFactory(claim=claim, attributions=[{"claimant": factories.ClaimantFactory()}])
            factories.ClaimRelationFactory(first=claim)
            factories.ClaimFactory(
                statement=f"The bridge cost {each} million dollars.", rating="contradicted"
            )
            factories.ClaimFactory(merged_into=claim)
            factories.ResearchStepFactory(claim=claim)
            factories.ContactFactory(claim=claim, claimant=factories.ClaimantFactory())
            factories.NoteFactory(claim=claim)
            factories.VerdictFactory(claim=claim, evidence=[factories.EvidenceFactory(claim=claim)])
        factories.VerdictDraftFactory(claim=claim)

    assert_same_queries(grow, lambda: client.get(bench(claim)), at_most=48)


def test_search_for_a_source_costs_the_same(sign_in):
    client, claim = sign_in("editor"), factories.ClaimFactory()

    def grow(number):
        for _ in range(number):
            version = factories.SourceVersionFactory(source=factories.SourceFactory(title="Harbour board"))
            factories.SourceVersionFactory(source=version.source, text="Another text.\n")

    assert_same_queries(grow, lambda: client.get(f"{bench(claim)}?find=harbour"))


def test_colleagues_are_offered_where_a_name_is_typed(sign_in, editor):
    claim = factories.ClaimFactory()
    offered = f'<option value="{editor.username}">'
    assert offered in shown(sign_in("reporter"), claim)
    answer = sign_in("reporter").post(button_of(claim, "assign"), {"person": "nobody of this name"})
    assert answer.status_code == 400 and offered in answer.content.decode()


def test_a_day_without_a_time_is_all_of_that_day(sign_in):
    claim = factories.ClaimFactory()
    asked = {
        "addressee": "The press office", "question": "Why?", "channel": "e_mail",
        "deadline_0": "2030-05-06", "deadline_1": "",
    }  # fmt: skip
    sign_in("reporter").post(button_of(claim, "question"), asked)
    assert Contact.objects.get().deadline.isoformat() == "2030-05-06T23:59:00+00:00"


def test_gate_leads_to_the_evidence_that_lacks_something(sign_in):
    source = factories.SourceFactory(kind="court_filing")
    evidence = factories.EvidenceFactory(source_version__source=source, posture="")
    draft = factories.VerdictDraftFactory(claim=evidence.claim, evidence=[evidence], state="writing")
    answer = sign_in("reporter").get(bench(draft.claim))
    urls = {one["code"]: one["url"] for one in answer.context["gate"]}
    assert urls["no_posture"] == f"{bench(draft.claim)}?edit={evidence.pk}#evidence"
    assert urls["not_submitted"] == f"{page_of(draft)}#what-you-can-do"


def test_who_is_tied_to_a_claim_is_told_instead_of_offered_a_draft(sign_in, reporter):
    claim = factories.ClaimFactory()
    client, draft = sign_in(reporter), button_of(claim, "draft")
    assert f'action="{draft}"' in shown(client, claim)
    factories.ConflictOfInterestFactory(claim=claim, person=reporter)
    page = shown(client, claim)
    assert f'action="{draft}"' not in page and "somebody else must do this" in page
