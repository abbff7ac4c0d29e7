"""Two people, one row: the second sees both texts, and nothing is lost."""

from __future__ import annotations

import pytest

from tests import factories
from tests.desk.conftest import as_loaded, button_of, page_of

MINE = "The bridge cost five million dollars, says the mayor."
THEIRS = "The bridge cost three million dollars, says the minister."


@pytest.fixture
def claim(newsroom):
    return factories.ClaimFactory(kind="fact", language="en")


def test_a_save_writes_by_revision(sign_in, editor, claim):
    client = sign_in(editor)
    sent = as_loaded(client.get(page_of(claim))) | {"statement": MINE}
    answer = client.post(page_of(claim), sent)
    assert answer.status_code == 302
    claim.refresh_from_db()
    assert (claim.statement, claim.revision) == (MINE, 2)
    change = type(claim).objects.get(pk=claim.pk) and claim
    assert change.status == "open"


def test_both_change_the_same_field(sign_in, editor, second_editor, claim):
    first, second = sign_in(editor), sign_in(second_editor)
    loaded = as_loaded(second.get(page_of(claim)))
    first.post(page_of(claim), as_loaded(first.get(page_of(claim))) | {"statement": THEIRS})

    answer = second.post(page_of(claim), loaded | {"statement": MINE})
    assert answer.status_code == 409
    form = answer.context["adminform"].form
    assert [(one.yours, one.theirs) for one in form.conflicts] == [(MINE, THEIRS)]
    assert [way.name for way in form.conflicts[0].ways] == ["mine", "theirs"]
    page = answer.content.decode()
    assert MINE in page and THEIRS in page
    assert "Last saved by Eda Editor" in page
    assert "Somebody else saved this before you" in page
    claim.refresh_from_db()
    assert claim.statement == THEIRS

    # Saving the page as it came back is a decision, and carries it.
    again = as_loaded(answer)
    assert again["statement"] == MINE
    assert again["seen_revision"] == "2"
    assert second.post(page_of(claim), again).status_code == 302
    claim.refresh_from_db()
    assert (claim.statement, claim.revision) == (MINE, 3)


def test_ones_own_other_tab_is_called_that(sign_in, editor, claim):
    client = sign_in(editor)
    loaded = as_loaded(client.get(page_of(claim)))
    client.post(page_of(claim), loaded | {"statement": THEIRS})
    page = client.post(page_of(claim), loaded | {"statement": MINE}).content.decode()
    assert "You saved this yourself, in another tab" in page
    assert "Somebody else" not in page


def test_what_only_the_other_changed_is_taken_over(sign_in, editor, second_editor, claim):
    first, second = sign_in(editor), sign_in(second_editor)
    loaded = as_loaded(second.get(page_of(claim)))
    first.post(
        page_of(claim),
        as_loaded(first.get(page_of(claim))) | {"kind": "quantity", "asserted_earliest": "2024-01-10"},
    )

    answer = second.post(page_of(claim), loaded | {"statement": MINE})
    assert answer.status_code == 409
    form = answer.context["adminform"].form
    assert form.conflicts == []
    assert {(one.label, one.theirs) for one in form.taken_over} == {
        ("Kind", "quantity"),
        ("Asserted earliest", "2024-01-10"),
    }
    assert second.post(page_of(claim), as_loaded(answer)).status_code == 302
    claim.refresh_from_db()
    assert (claim.statement, claim.kind, str(claim.asserted_earliest)) == (MINE, "quantity", "2024-01-10")


def test_a_third_writer_in_between_is_another_conflict(sign_in, editor, second_editor, claim):
    client = sign_in(second_editor)
    loaded = as_loaded(client.get(page_of(claim)))
    claim.revise(editor, statement=THEIRS)
    again = as_loaded(client.post(page_of(claim), loaded | {"statement": MINE}))
    claim.revise(editor, statement="The bridge cost nothing.")
    answer = client.post(page_of(claim), again)
    assert answer.status_code == 409
    assert [(one.yours, one.theirs) for one in answer.context["adminform"].form.conflicts] == [
        (MINE, "The bridge cost nothing.")
    ]


BEFORE = "The bridge cost four million dollars, says the mayor. It opened in May."
HERS = BEFORE.replace("four", "five")
HIS = BEFORE.replace("May", "June")
TOGETHER = HERS.replace("May", "June")


def both_changed(sign_in, editor, second_editor):
    """Return a claim that two people changed in different words, the second one, and the answer they got."""
    claim = factories.ClaimFactory(statement=BEFORE)
    client = sign_in(second_editor)
    loaded = as_loaded(client.get(page_of(claim)))
    claim.revise(editor, statement=HIS)
    return claim, client, client.post(page_of(claim), loaded | {"statement": HERS})


def test_changes_that_do_not_meet_are_put_together(sign_in, editor, second_editor):
    claim, client, answer = both_changed(sign_in, editor, second_editor)
    (conflict,) = answer.context["adminform"].form.conflicts
    assert [way.name for way in conflict.ways] == ["mine", "theirs", "both"]
    page = answer.content.decode()
    assert "The bridge cost <ins>five</ins> million dollars" in page
    assert "It opened in <ins>June</ins>." in page
    assert '<ins class="mine">five</ins>' in conflict.together
    assert '<del class="theirs">May</del><ins class="theirs">June</ins>' in conflict.together
    claim.refresh_from_db()
    assert claim.statement == HIS
    again = as_loaded(answer)
    assert again["statement"] == TOGETHER
    client.post(page_of(claim), again)
    claim.refresh_from_db()
    assert (claim.statement, claim.revision) == (TOGETHER, 3)


@pytest.mark.parametrize(
    ("way", "wanted"),
    [("mine", HERS), ("theirs", HIS), ("both", TOGETHER), ("", "As typed."), ("other", "As typed.")],
)
def test_a_way_is_chosen_without_script(sign_in, editor, second_editor, way, wanted):
    claim, client, answer = both_changed(sign_in, editor, second_editor)
    (conflict,) = answer.context["adminform"].form.conflicts
    page = answer.content.decode()
    offered = {f"{one.name}-statement": one.sent for one in conflict.ways}
    assert offered == {"mine-statement": HERS, "theirs-statement": HIS, "both-statement": TOGETHER}
    assert all(f'name="{name}" value="{value}"' in page for name, value in offered.items())
    sent = as_loaded(answer) | offered | {"settle-statement": way, "statement": "As typed."}
    assert client.post(page_of(claim), sent).status_code == 302
    claim.refresh_from_db()
    assert claim.statement == wanted


def test_a_second_conflict_while_merging_is_merged_too(sign_in, editor, second_editor):
    claim, client, answer = both_changed(sign_in, editor, second_editor)
    claim.revise(editor, statement=HIS.replace("opened", "was opened"))
    answer = client.post(page_of(claim), as_loaded(answer))
    assert answer.status_code == 409
    (conflict,) = answer.context["adminform"].form.conflicts
    assert (conflict.before, conflict.yours) == (HIS, TOGETHER)
    assert as_loaded(answer)["statement"] == TOGETHER.replace("opened", "was opened")
    assert as_loaded(answer)["seen_revision"] == "3"


def test_a_choice_is_settled_too(sign_in, editor, second_editor, claim):
    client = sign_in(second_editor)
    loaded = as_loaded(client.get(page_of(claim)))
    claim.revise(editor, kind="quantity")
    answer = client.post(page_of(claim), loaded | {"kind": "legal"})
    (conflict,) = answer.context["adminform"].form.conflicts
    assert [(way.name, way.sent, way.words) for way in conflict.ways] == [
        ("mine", "legal", "legal"),
        ("theirs", "quantity", "quantity"),
    ]
    sent = as_loaded(answer) | {"settle-kind": "theirs", "theirs-kind": "quantity", "kind": "legal"}
    client.post(page_of(claim), sent)
    claim.refresh_from_db()
    assert claim.kind == "quantity"


def ids_of(rows):
    return [str(one.pk) for one in rows]


def test_rows_that_two_people_chose(sign_in, editor, second_editor, claim):
    kept, dropped, his, hers = (factories.TopicFactory() for _ in range(4))
    claim.set_topics(editor, [kept, dropped])
    claim.refresh_from_db()
    seen = claim.revision
    claim.set_topics(editor, [kept, dropped, his])
    client = sign_in(second_editor)
    sent = {
        "seen": seen, "topics": ids_of([kept, hers]), "initial-topics": ids_of([kept, dropped]),
    }  # fmt: skip
    answer = client.post(button_of(claim, "topics"), sent)
    assert answer.status_code == 409
    (conflict,) = answer.context["form"].conflicts
    assert conflict.yours == f"{kept}, {hers}"
    assert conflict.theirs == f"{kept}, {dropped}, {his}"
    together = {kept.pk, his.pk, hers.pk}
    assert {int(one) for one in answer.context["form"]["topics"].value()} == together
    page = answer.content.decode()
    assert "Last saved by" in page
    claim.refresh_from_db()
    again = {
        "seen": claim.revision,
        "topics": sorted(together),
        "initial-topics": ids_of([kept, dropped, his]),
    }
    assert client.post(button_of(claim, "topics"), again).status_code == 302
    assert set(claim.topics.all()) == {kept, his, hers}


def test_a_verb_page_carries_what_its_row_says(sign_in, editor, claim):
    topic = factories.TopicFactory()
    claim.set_topics(editor, [topic])
    page = sign_in(editor).get(page_of(claim)).content.decode()
    assert f'name="initial-topics" value="{topic.pk}"' in page


def test_words_are_shown_to_who_may_not_send_them_any_more(sign_in, editor, second_editor):
    """Somebody published the draft while another was writing why it goes back."""
    draft = factories.VerdictDraftFactory(state="submitted")
    client = sign_in(second_editor)
    seen = draft.revision
    editor.role = "reporter"
    second_editor.role = "reporter"
    second_editor.save(update_fields=["role"])
    answer = client.post(
        button_of(draft, "hand-back"), {"seen": seen, "note": "The second passage says otherwise."}
    )
    assert answer.status_code == 403
    assert "The second passage says otherwise." in answer.content.decode()


@pytest.mark.parametrize("seen", ["", "0", "99", "-1", "abc", "9" * 30, None])
def test_without_the_right_revision_nothing_is_overwritten(sign_in, editor, claim, seen):
    client = sign_in(editor)
    sent = as_loaded(client.get(page_of(claim))) | {"statement": MINE}
    if seen is None:
        del sent["seen_revision"]
    else:
        sent["seen_revision"] = seen
    before = claim.statement
    assert client.post(page_of(claim), sent).status_code == 409
    claim.refresh_from_db()
    assert claim.statement == before


def test_drafts_have_it_too(sign_in, reporter, editor):
    draft = factories.VerdictDraftFactory(author=reporter)
    client = sign_in(reporter)
    loaded = as_loaded(client.get(page_of(draft)))
    draft.revise(
        editor, summary="The minutes bear it out.", rating=factories.rating_called("mostly_supported")
    )
    answer = client.post(page_of(draft), loaded | {"summary": "The record bears it out, twice."})
    assert answer.status_code == 409
    form = answer.context["adminform"].form
    assert [(one.yours, one.theirs) for one in form.conflicts] == [
        ("The record bears it out, twice.", "The minutes bear it out.")
    ]
    assert [one.theirs for one in form.taken_over] == ["Mostly supported"]
    # They changed other words than this person: both stand in the form, to be read before they are saved.
    again = as_loaded(answer)
    assert again["summary"] == "The minutes bear it out, twice."
    assert client.post(page_of(draft), again).status_code == 302
    draft.refresh_from_db()
    assert draft.summary == "The minutes bear it out, twice."
    assert draft.rating.slug == "mostly_supported"


def test_saving_nothing_writes_nothing(sign_in, editor, claim):
    client = sign_in(editor)
    assert client.post(page_of(claim), as_loaded(client.get(page_of(claim)))).status_code == 302
    claim.refresh_from_db()
    assert claim.revision == 1


def test_line_ends_of_browsers_are_no_change(sign_in, editor):
    source = factories.SourceFactory(description="First line.\nSecond line.")
    client = sign_in(editor)
    sent = as_loaded(client.get(page_of(source)))
    for name in ("description", "initial-description"):
        sent[name] = sent[name].replace("\n", "\r\n")
    client.post(page_of(source), sent)
    source.refresh_from_db()
    assert (source.description, source.revision) == ("First line.\nSecond line.", 1)


def test_a_refused_save_keeps_what_was_typed(sign_in, editor, claim):
    client = sign_in(editor)
    sent = as_loaded(client.get(page_of(claim))) | {
        "statement": MINE, "asserted_earliest": "2024-02-02", "asserted_latest": "2024-01-01",
    }  # fmt: skip
    answer = client.post(page_of(claim), sent)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "The latest possible date lies before the earliest." in page
    assert MINE in page
    # The heading still names the row as it stands.
    assert answer.context["subtitle"] == claim.statement


def test_evidence_that_was_cited_meanwhile(sign_in, editor):
    evidence = factories.EvidenceFactory()
    client = sign_in(editor)
    sent = as_loaded(client.get(page_of(evidence))) | {"note": "Another reading."}
    factories.VerdictFactory(claim=evidence.claim, evidence=[evidence])
    answer = client.post(page_of(evidence), sent)
    assert answer.status_code == 403
    evidence.refresh_from_db()
    assert evidence.note == "What the council paid."
