"""What no public door may say: words of the desk, words that were closed again, and words that were taken out."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from django.urls import reverse

from articles.models import ArticleVersion, LedgerHead, Redaction, SourceVersion
from tests import factories as f
from tests.pages.everything import everything

pytestmark = pytest.mark.django_db
# A word that stands nowhere else, of letters alone, so that nothing cuts it; and one that is nearly the same.
SECRET, NEARLY = "Zyxwvutsia", "Zyxwvutsie"
NOUNS = ("claims", "articles", "sources", "claimants", "topics")


def doors(record):
    """Yield the addresses of all that answers readers and their programs."""
    yield from record.addresses()
    for name in ("fairness_csv", "sitemap", "sitemap_pages", "robots", "record_entries"):
        yield reverse(name)
    yield from (reverse("sitemap_part", args=[noun, 0]) for noun in NOUNS)
    yield from (f"{reverse('search')}?q={word}" for word in (NEARLY, "bridge"))
    yield f"{record.case.get_absolute_url()}?on=2024-05-01"
    followed = {
        "feed_verdicts": (), "feed_corrections": (), "feed_claim": (record.claim.pk,),
        "feed_claimant": (record.claimant.pk,), "feed_topic": (record.topic.pk,), "feed_article": (record.article.pk,),
    }  # fmt: skip
    for name, of in followed.items():
        yield from (reverse(name, args=[*of, form]) for form in ("atom", "json"))
    yield from (reverse("record_entry", args=[seq]) for seq in range(LedgerHead.objects.get().seq + 1))


def saying(client, record, words):
    """Return the addresses whose answers say the words, in whatever letter case."""
    return [
        address
        for address in doors(record)
        if words.lower() in client.get(address, follow=True).content.decode().lower()
    ]


def put_at_the_desk(record):
    """Put the secret into all that readers do not see, tied to what they do see; some of it they saw once."""
    f.ClaimFactory(
        statement=f"{SECRET} said so.", topics=[f.TopicFactory(name=SECRET)], status="dismissed", status_reason=SECRET
    )  # fmt: skip
    dismissed = f.ClaimFactory(statement=f"{SECRET} said more.", status="dismissed", status_reason=SECRET)
    who = f.ClaimantFactory(name=SECRET, description=SECRET)
    text = f"{SECRET} said it here."
    named = {"title": SECRET, "publisher": SECRET, "byline": SECRET}
    hidden = f.ArticleFactory(text=text, url=f"https://{SECRET.lower()}.example/", **named)
    closed = f.ArticleFactory(text=f"{text} And here.", public=True, **named)
    for claim, article in ((record.claim, hidden), (record.claim, closed), (dismissed, record.article)):
        version = article.current_version
        f.AppearanceFactory(
            claim=claim, article_version=version, words=version.text[:3],
            attributions=[{"claimant": who, "note": SECRET}, {"described_as": SECRET}],
        )  # fmt: skip
    closed.close_to_readers(f.some_editor())
    source = f.SourceFactory(title=SECRET, publisher=SECRET)
    source.derive_from(None, record.report, "stated", note=SECRET)
    record.report.derive_from(None, f.SourceFactory(title=f"{SECRET} too"), "stated", note=SECRET)
    f.SourceFactory(title=f"{SECRET} in part", part_of=record.case)
    held = f.SourceVersionFactory(source=source, text=SECRET, seen_as=SECRET)
    said = {"claim": record.claim, "note": SECRET, "locator": SECRET}
    f.EvidenceFactory(source_version=held, passage=SECRET, **said)
    f.EvidenceFactory(source_version=record.case.versions.get(), passage="", **said)
    f.EvidenceFactory(source_version=record.case.versions.get(), public=True, **said).revise(
        f.some_reporter(), source_version=held, posture=""
    )
    f.ContactFactory(claim=record.claim, addressee="A neighbour", reach=SECRET, public=True)
    for public in (False, True):
        step = f.ResearchStepFactory(claim=record.claim, question=SECRET, place=SECRET, public=public)
        asked = f.ContactFactory(
            claim=record.claim, addressee=SECRET, question=SECRET, reply_state="replied", reply=SECRET, public=public
        )  # fmt: skip
        if public:
            step.close_to_readers(f.some_editor())
            asked.close_to_readers(f.some_editor())
    f.VerdictDraftFactory(claim=record.claim, summary=SECRET, reasoning=SECRET)
    f.SubmissionFactory(text=SECRET, reason=SECRET, contact=f"{SECRET}@mail.example", consent=True)
    f.ConfidentialSourceFactory(public_source=record.anonymous, identity=SECRET, notes=SECRET)


def test_no_door_says_what_is_at_the_desk(client):
    record = everything()
    put_at_the_desk(record)
    assert saying(client, record, SECRET) == []


def test_to_search_for_what_is_at_the_desk_is_to_search_for_nothing(client):
    record = everything()
    put_at_the_desk(record)
    answers = [
        client.get(reverse("search"), {"q": word}).content.decode().replace(word, "…")
        for word in (SECRET, "Qqqqqqqqqq")
    ]
    assert answers[0] == answers[1]


@pytest.fixture
def redacted(db):
    """A record out of which a name was taken, with the hashes of its texts as they were before."""
    record = everything(f"The bridge of {SECRET} cost four million dollars.")
    texts = [
        text
        for model in (ArticleVersion, SourceVersion)
        for text in model.objects.values_list("text", flat=True)
    ]
    Redaction.everywhere(f.some_administrator(), SECRET, "A private person was named.")
    for row in (record.claim, record.article, record.case, record.claimant, record.topic):
        row.refresh_from_db()
    return record, [sha256(text.encode()).hexdigest() for text in texts]


def test_no_door_says_what_was_taken_out(client, redacted):
    assert saying(client, redacted[0], SECRET) == []


def test_no_door_gives_a_hash_by_which_a_name_that_was_taken_out_can_be_guessed(client, redacted):
    record, hashes = redacted
    assert len(hashes) >= 4
    assert [one for digest in hashes for one in saying(client, record, digest)] == []
    rows = [row for entry in client.get(reverse("record_entries")).json()["entries"] for row in entry["rows"]]
    told = [json.loads(row["payload"]) for row in rows if row["payload"]]
    assert told and not any(one["object"] in ("articleversion", "sourceversion") for one in told)
    assert all((row["payload"] is None) == (row["salt"] is None) for row in rows)
