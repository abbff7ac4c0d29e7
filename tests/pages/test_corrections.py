"""The list of corrections: typed, complete, and read from nothing but the ledger."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from articles.amendments import listing
from articles.amendments.kinds import (
    AMENDING,
    CORRECTING,
    KINDS,
    NO_CORRECTION,
    NOT_BESIDE,
    OF_THE_DESK,
    OF_WHAT_WAS_SENT,
    AmendmentKind,
)
from articles.amendments.listing import amended, listed
from articles.models import AnchorProposal, Change, Evidence, LedgerHead, Newsroom, Redaction, Verdict
from articles.models.ledger import Readers, act, recorded_models
from articles.refusals import Refused
from articles.views import history
from tests import factories as f
from tests.keeping import world
from tests.query_counts import assert_same_queries

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def kinds(**how):
    return [line.kind for line in listed(**how).lines]


@pytest.fixture
def claim(newsroom):
    return f.ClaimFactory(statement="The bridge is open.", rating="supported")


@pytest.fixture
def cited(claim):
    return Evidence.objects.get(cited_in__claim=claim)


# The tables.


def verbs_in_the_code():
    """Return every verb that the code can write into the ledger."""
    found = {"genesis"}
    for path in [*ROOT.glob("articles/**/*.py"), *ROOT.glob("api/**/*.py")]:
        if "migrations" in path.parts:
            continue
        words = path.read_text()
        for said in re.findall(r"\bact\(\s*[^()]*(?:\([^()]*\)[^()]*)*\)", words):
            found |= set(re.findall(r'"([a-z_]+)"', said))
        # Verbs that one method hands to another, which acts.
        found |= set(re.findall(r'self\._(?:set_\w+|show|answer|decide|settle)\(by, "([a-z_]+)"', words))
    return found


def test_every_verb_of_the_code_is_in_one_of_the_tables():
    in_tables = [*AMENDING, *CORRECTING, *NO_CORRECTION]
    assert len(in_tables) == len(set(in_tables)), "a verb stands in two tables"
    assert verbs_in_the_code() - set(in_tables) == set(), (
        "say in articles/amendments/kinds.py what these are to readers"
    )


def test_no_table_names_what_no_code_says():
    assert {*AMENDING, *CORRECTING, *NO_CORRECTION} - verbs_in_the_code() == set()
    nouns = {model._meta.model_name for model in recorded_models()}
    assert {noun for nouns_of in AMENDING.values() for noun in nouns_of} <= nouns


def test_every_kind_has_its_list():
    from articles.views.corrections import SHORT

    assert set(SHORT) == set(KINDS)


def test_whatever_is_open_to_readers_has_words():
    hidden = (OF_THE_DESK, OF_WHAT_WAS_SENT)
    told = {*AMENDING, *CORRECTING, *(verb for verb, why in NO_CORRECTION.items() if why not in hidden)}
    assert {verb for verb in told if verb not in history.VERBS} == set()


def test_every_noun_that_can_be_revised_is_in_one_of_the_tables():
    revised = {model._meta.model_name for model in recorded_models() if getattr(model, "revisable", None)}
    assert revised == {*AMENDING["revise"], *NOT_BESIDE} - {"appearance"}
    assert not {*AMENDING["revise"]} & {*NOT_BESIDE}


# Complete: whatever anybody does to a record with published verdicts.


# A verdict keeps a rating that is retired; pages say so beside it.
RETIRED = ("retired_at", "replaced_by_id")


def _seen():
    """Return what readers see of published verdicts: of claim, evidence, sources, quotations and groundwork."""
    by_name = {model._meta.model_name: model for model in recorded_models()}
    claims = set(Verdict.objects.values_list("claim", flat=True))
    claims |= set(
        Verdict.objects.exclude(claim__merged_into=None).values_list("claim__merged_into", flat=True)
    )
    which = {
        "claim": {"pk__in": claims},
        "evidence": {"claim__in": claims},
        "contact": {"claim__in": claims},
        "researchstep": {"claim__in": claims},
        "appearance": {"claim__in": claims},
        "source": {"versions__evidence__citations__isnull": False},
        "article": {"versions__appearances__claim__in": claims},
        "claimant": {"attributions__appearance__claim__in": claims},
        "rating": {"verdicts__isnull": False},
        "correction": {},
    }
    seen = {}
    for name, wanted in which.items():
        for row in by_name[name].for_readers().filter(**wanted).distinct():
            shown = row.as_shown()
            for beside in ("revision", "topics", "status", "status_reason", "visibility", *RETIRED):
                shown.pop(beside, None)
            seen[name, row.pk] = shown
    # What replaced evidence was said of it; where a request for comment was answered, that is added.
    replaced = Evidence.objects.filter(replaces__isnull=False).values_list("replaces", flat=True)
    for pk in replaced:
        if ("evidence", pk) in seen:
            seen["evidence", pk]["replaced"] = True
    return seen


def _answered_since(before, after):
    return before.get("reply_state") == "awaited" and after.get("reply_state") != "awaited"


def _changed(before, after):
    return {
        key
        for key, row in before.items()
        if key not in after
        or (after[key] != row and not (key[0] == "contact" and _answered_since(row, after[key])))
    }


@pytest.fixture
def a_world():
    world.make()
    return f.some_administrator()


@pytest.mark.parametrize("verb", world.VERBS, ids=lambda verb: verb.name)
def test_whatever_changes_what_readers_had_seen_is_on_the_list(a_world, verb):
    before, head = _seen(), LedgerHead.objects.get().seq
    for subject in world.ways(verb):
        with transaction.atomic():
            if hasattr(subject, "refresh_from_db"):
                subject.refresh_from_db()
            try:
                verb.say(subject, a_world)
            except (Refused, ValidationError):
                transaction.set_rollback(True)
                continue
            changed = _changed(before, _seen())
            new = {line.seq for line in listed().lines if line.seq > head}
            acts = set(Change.objects.visible_to(None).filter(seq__gt=head).values_list("seq", flat=True))
            assert new or not changed, f"{verb.name} of {subject} changed {sorted(changed)}"
            assert new <= acts
            transaction.set_rollback(True)


# Each kind.


def test_a_first_verdict_corrects_nothing(claim):
    assert kinds() == []


def test_a_verdict_that_follows_another_says_why(claim):
    f.VerdictFactory(claim=claim, rating="contradicted", correction_kind="affects_rating")
    Verdict.objects.current().get(claim=claim).withdraw(f.some_editor(), "It was wrong.")
    assert kinds() == ["void", "affects_rating"]
    assert listed().lines[0].correction.note == "It was wrong."


def test_a_claim_reworded_says_what_it_said(claim):
    claim.revise(f.some_reporter(), statement="The bridge was open.", kind="quantity")
    [line] = listed().lines
    assert (line.kind, line.claims) == ("claim", [claim])
    assert [(one.before, one.after) for one in line.differences] == [
        ("The bridge is open.", "The bridge was open."),
        ("fact", "quantity"),
    ]
    assert line.seq == Change.objects.latest("seq").seq


def test_what_was_changed_before_the_first_verdict_is_none(newsroom):
    claim = f.ClaimFactory()
    claim.revise(f.some_reporter(), statement="It is worded better.")
    f.VerdictFactory(claim=claim)
    f.ClaimFactory().revise(f.some_reporter(), statement="It has no verdict.")
    assert kinds() == []


def test_headings_and_status_are_none(claim):
    claim.set_topics(f.some_reporter(), [f.TopicFactory()])
    claim.revise(f.some_reporter(), topics=[])
    with act(f.some_reporter(), "bulk", None):
        claim.set_topics(f.some_reporter(), [f.TopicFactory()])
    assert kinds() == []


def test_several_things_at_once_are_told_each(claim, cited):
    by = f.some_reporter()
    with act(by, "bulk", None):
        claim.revise(by, statement="The bridge was open.")
        f.ClaimFactory().revise(by, statement="Nobody looks at this.")
        cited.source_version.source.revise(by, title="The minutes")
    assert sorted(kinds()) == ["claim", "source"]


def test_a_merge_and_its_end(claim):
    other = f.ClaimFactory()
    claim.merge_into(other, f.some_editor())
    claim.unmerge(f.some_editor())
    assert kinds() == ["merge", "merge"]
    f.ClaimFactory().merge_into(f.ClaimFactory(), f.some_editor())
    assert len(kinds()) == 2


def test_evidence_replaced_changed_and_taken_back(claim, cited):
    cited.replace(f.some_reporter(), note="In other words.")
    beside = f.EvidenceFactory(claim=claim, public=True)
    beside.revise(f.some_reporter(), note="Said better.")
    beside.take_back(f.some_reporter())
    assert kinds() == ["evidence", "evidence", "evidence"]
    assert all(line.claims == [claim] for line in listed().lines)


def test_what_evidence_said_is_told_as_long_as_it_is_open_to_readers(claim, cited):
    beside = f.EvidenceFactory(claim=claim, public=True, note="Said badly.")
    beside.revise(f.some_reporter(), note="Said better.")
    [line] = listed().lines
    assert [(one.before, one.after) for one in line.differences] == [("Said badly.", "Said better.")]
    # From now on it rests on a source of the desk, so that readers see it nowhere.
    beside.revise(f.some_reporter(), source_version=f.SourceVersionFactory())
    assert [(line.kind, line.differences) for line in listed().lines] == 2 * [("evidence", [])]
    beside.take_back(f.some_reporter())
    assert all(line.differences == [] for line in listed().lines)


def test_evidence_that_readers_had_not_seen_is_none(claim):
    hidden = f.EvidenceFactory(claim=claim)
    hidden.revise(f.some_reporter(), note="Said better.")
    hidden.take_back(f.some_reporter())
    assert kinds() == []


def test_a_source_that_a_verdict_cites(claim, cited):
    source = cited.source_version.source
    source.revise(f.some_reporter(), title="The minutes of May")
    f.SourceFactory(public=True).revise(f.some_reporter(), title="Cited by nobody")
    [line] = listed().lines
    assert (line.kind, line.sources) == ("source", [source])
    assert line.differences[0].after == "The minutes of May"


def test_a_quotation_that_is_closed(claim):
    article = f.ArticleFactory(public=True)
    f.AppearanceFactory(claim=claim, article_version=article.current_version)
    article.close_to_readers(f.some_editor())
    [line] = listed().lines
    assert (line.kind, line.claims) == ("quotation", [claim])


@pytest.fixture
def quoted(claim):
    """The verdict's claim in an article, said by somebody; returns the words."""
    article = f.ArticleFactory(
        public=True,
        title="A bridge",
        text="Nobody knows. The bridge cost four million dollars, they say. It opened on a Friday in May.",
    )
    return f.AppearanceFactory(
        claim=claim,
        article_version=article.current_version,
        words="The bridge cost four million dollars",
        attributions=[{"claimant": f.ClaimantFactory(name="The council")}],
    )


def test_who_says_it_is_named_anew(quoted, read):
    council = quoted.attributions.get().claimant
    council.revise(f.some_editor(), name="The mayor")
    [line] = listed().lines
    assert (line.kind, line.others, line.differences) == ("claimant", [council], [])
    council.merge_into(f.ClaimantFactory(name="The mayor of today"), f.some_editor())
    assert kinds() == ["claimant", "claimant"]
    f.ClaimantFactory().revise(f.some_editor(), name="Nobody in particular")
    assert kinds() == ["claimant", "claimant"]
    page = read("/corrections/")
    assert "The mayor" in page.words and "The council" not in page.words


def test_an_article_is_described_anew(quoted, read):
    article = quoted.article_version.article
    article.revise(f.some_editor(), title="Another bridge")
    [line] = listed().lines
    assert (line.kind, line.others) == ("article", [article])
    assert [(one.before, one.after) for one in line.differences] == [("A bridge", "Another bridge")]
    article.revise(f.some_editor(), rights="none")
    assert "how much of it is shown" in [one.name for one in listed().lines[0].differences]
    assert "Another bridge" in read("/corrections/").words


def test_a_rating_is_worded_anew(claim, read):
    rating = claim.current_verdict.rating
    rating.revise(f.some_administrator(), labels={"en": "Borne out"})
    [line] = listed().lines
    assert (line.kind, line.others) == ("rating", [rating])
    assert [(one.before, one.after) for one in line.differences] == [("Supported", "Borne out")]
    assert "Borne out" in read("/corrections/").words
    f.rating_called("contradicted").revise(f.some_administrator(), labels={"en": "No verdict has it"})
    assert kinds() == ["rating"]


def test_words_that_a_newer_text_says_otherwise(quoted, claim):
    text = "Nobody knows. The bridge cost forty million dollars, they say. It opened on a Friday in May."
    f.ArticleVersionFactory(article=quoted.article_version.article, text=text)
    assert kinds() == []
    words = "The bridge cost forty million dollars"
    start = text.index(words)
    AnchorProposal.objects.open().get().accept(f.some_editor(), start, start + len(words))
    [line] = listed().lines
    assert (line.kind, line.claims) == ("quotation", [claim])


def test_words_that_carry_over_are_none(quoted):
    text = f"{quoted.article_version.text} And then it rained."
    f.ArticleVersionFactory(article=quoted.article_version.article, text=text)
    assert kinds() == []


def test_groundwork_that_is_closed(claim):
    f.ResearchStepFactory(claim=claim, public=True).close_to_readers(f.some_editor())
    assert kinds() == ["groundwork"]


def test_words_taken_out_are_said_nowhere(claim, read):
    claim.revise(f.some_reporter(), statement="Mx Example opened the bridge.")
    claim.revise(f.some_reporter(), statement="The bridge was opened.")
    Redaction.everywhere(f.some_administrator(), "Mx Example", "A private person was named.")
    page = read("/corrections/")
    assert kinds()[0] == "redaction"
    assert "A private person was named." in page.words
    assert "Mx Example" not in page.markup
    assert "no longer known: words were taken out" in page.words


# The page.


def test_each_line_leads_to_its_entry(claim, read):
    claim.revise(f.some_reporter(), statement="The bridge was open.")
    f.VerdictFactory(claim=claim, rating="supported", correction_kind="typo", correction_note="A slip.")
    rows = read("/corrections/").main.all("article", class_="row")
    entries = [row.all("p", class_="small")[0].all("a")[0].attributes["href"] for row in rows]
    seqs = [line.seq for line in listed().lines]
    assert entries == [reverse("record_entry", args=[seq]) for seq in seqs]
    assert "The bridge is open." in rows[1].text and "The bridge was open." in rows[1].text


def test_narrowed_down_by_type(claim, read, client):
    claim.revise(f.some_reporter(), statement="The bridge was open.")
    f.VerdictFactory(claim=claim, rating="supported", correction_kind="typo", correction_note="A slip.")
    assert len(read("/corrections/").main.all("article")) == 2
    for kind in KINDS:
        found = read(f"/corrections/?type={kind}").main.all("article")
        assert len(found) == (kind in ("claim", "typo")), kind
    assert client.get("/corrections/?type=none").status_code == 400
    assert client.get("/corrections/?after=99999999999999999999").status_code in (200, 400)


def test_pages_show_each_line_once(claim):
    for number in range(7):
        claim.revise(f.some_reporter(), statement=f"Wording {number}.")
        if number % 2:
            f.VerdictFactory(
                claim=claim, rating="supported", correction_kind="typo", correction_note="A slip."
            )
    whole, found, before = [line.seq for line in listed().lines], [], None
    while True:
        page = listed(before=before, size=3)
        found += [line.seq for line in page.lines]
        before = page.next
        if before is None:
            break
    assert found == whole and len(whole) == 10


@pytest.mark.parametrize("window", [1, 2, 5])
def test_a_page_looks_through_so_many_rows_and_goes_on(claim, monkeypatch, window):
    claim.revise(f.some_reporter(), statement="The bridge was open.")
    for one in [f.ClaimFactory() for _ in range(5)]:
        one.revise(f.some_reporter(), statement=f"Of claim {one.pk} nothing was published.")
    claim.revise(f.some_reporter(), statement="The bridge was closed.")
    whole = [line.seq for line in listed().lines]
    monkeypatch.setattr(listing, "LOOKED_THROUGH", window)
    found, before, pages = [], None, 0
    while pages < 100:
        page = listed(before=before)
        found += [line.seq for line in page.lines]
        before, pages = page.next, pages + 1
        if before is None:
            break
    assert found == whole and len(whole) == 2 and pages > 1


def test_nobody_looks_through_what_came_in_for_the_first_time(claim, monkeypatch):
    claim.revise(f.some_reporter(), statement="The bridge was open.")
    with act(f.some_reporter(), "import", None):
        for _ in range(5):
            f.ClaimFactory(rating="supported")
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 2)
    assert kinds() == ["claim"]


def test_an_entry_longer_than_a_page_looks_through_is_told(claim, monkeypatch):
    with act(f.some_reporter(), "bulk", None):
        for one in [*(f.ClaimFactory() for _ in range(4)), claim]:
            one.revise(f.some_reporter(), statement=f"Anew {one.pk}.")
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 2)
    assert kinds() == ["claim"]


def test_an_act_of_very_many_rows_is_told(claim, monkeypatch):
    monkeypatch.setattr(listing, "MOST_ROWS", 3)
    claims = [claim, *(f.ClaimFactory(rating="supported") for _ in range(4))]
    first = claims[0].revise(f.some_reporter(), statement="Alone.") and Change.objects.latest("seq").seq
    with act(f.some_reporter(), "bulk", None):
        for one in claims:
            one.revise(f.some_reporter(), statement=f"Anew {one.pk}.")
    found, before = [], None
    while True:
        page = listed(before=before)
        found += page.lines
        before = page.next
        if before is None:
            break
    assert [line.seq for line in found] == [first + 1, first]


def test_what_the_page_asks_does_not_grow(client, newsroom):
    def more(number):
        for _ in range(number):
            one = f.ClaimFactory(rating="supported")
            one.revise(f.some_reporter(), statement=f"Anew {one.pk}.")
            f.VerdictFactory(claim=one, rating="supported", correction_kind="typo", correction_note="A slip.")
            cited = Evidence.objects.filter(cited_in__claim=one).first()
            cited.source_version.source.revise(f.some_reporter(), title=f"Source {one.pk}")

    assert_same_queries(more, lambda: client.get("/corrections/?after=100000"), at_most=6)


def test_what_is_not_public_is_not_told(claim):
    claim.revise(f.some_reporter(), statement="The bridge was open.")
    for row in amended(0, 10**6):
        assert row.change.public and row.readers != Readers.HIDDEN
    assert set(AmendmentKind.values) <= set(KINDS)
    assert Newsroom.current().name
