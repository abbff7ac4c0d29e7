"""Many claims in one act: each as the verb for a single one leaves it, and whole whatever happens to one of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from articles.dates import DateRange
from articles.models import Change, ChangeRow, Claim, LedgerHead, ManifestItem, Redaction, Topic
from articles.models.claim_batch import ClaimBatch, NewClaim, known_by_name
from articles.models.dated import date_fields
from articles.models.ledger import act
from articles.refusals import NotAllowed
from articles.search import search
from articles.verification import verify
from articles.webhooks import feeding
from tests import factories as f
from tests.feed.copier import Copier, assert_same, what_readers_see
from tests.feed.test_dump import lines, make
from tests.record.refusing import everything, last_seq
from tests.record.test_ledger import recompute

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
# What no two rows share, or what follows from it.
OWN = {"id", "object_id", "claim_id", "commitment", "salt", "hash"}


def some(*topics: Topic) -> list[NewClaim]:
    return [
        NewClaim("The bridge cost 4 crowns."),
        NewClaim("“Ja” — \\N\tsagte\nsie: \\. 𝔘.", "quotation", "de", DateRange.parse("2024-10", "a letter")),
        NewClaim("It rained.", topics=tuple(one.pk for one in topics)),
        NewClaim("It will rain.", "prediction", "es-MX", DateRange.parse("../2024"), (topics[0].pk,)),
    ]


def new_rows(before: dict[str, list[tuple]]) -> dict[str, list[dict]]:
    """Return, table by table, the rows that were not there before, without what is their own."""
    found = {}
    with connection.cursor() as cursor:
        for table, was in before.items():
            cursor.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            new = [dict(zip(names, row, strict=True)) for row in cursor.fetchall() if row not in was]
            for row in new:
                if "envelope" in row:
                    said = json.loads(row["envelope"])
                    row["envelope"] = {name: said[name] for name in said.keys() - {"commitment", "id"}}
                if "payload" in row and "salt" in row:
                    said = json.loads(row["payload"])
                    row["payload"] = {**said, "id": 0, "image": {**said["image"], "id": 0}}
            kept = [{name: value for name, value in row.items() if name not in OWN} for row in new]
            found[table] = sorted(kept, key=repr)
    return found


class TakenBack(Exception):
    """The record is to be again what it was."""


class TestAsOneByOne:
    def test_every_table_and_every_payload(self, reporter):
        """The same claims, in one act by the verb for one of them, and in one act by the verb for many."""
        topics = [f.TopicFactory(), f.TopicFactory()]
        rows = some(*topics)
        before = everything()
        with pytest.raises(TakenBack), transaction.atomic():
            with act(reporter, "import", None, AT):
                for row in rows:
                    Claim.add(
                        reporter, row.statement, kind=row.kind, language=row.language, origin="manifest",
                        topics=Topic.objects.filter(pk__in=row.topics), **date_fields("asserted", row.asserted),
                    )  # fmt: skip
            one_by_one = new_rows(before)
            raise TakenBack
        Claim.bring_in(reporter, rows, AT)
        together = new_rows(before)
        assert {table for table, new in one_by_one.items() if new} >= {
            "articles_claim", "articles_claim_topics", "articles_change", "articles_changerow", "articles_ledgerhead",
            "articles_searchdocument",
        }  # fmt: skip
        for table, new in one_by_one.items():
            assert together[table] == new, table

    def test_one_entry_and_its_chain(self, reporter):
        begun = last_seq()
        ids = Claim.bring_in(reporter, some(f.TopicFactory()), AT)
        entry = Change.objects.latest("seq")
        assert (entry.seq, entry.verb, entry.actor, entry.at) == (begun + 2, "import", reporter, AT)
        assert (entry.object_type, entry.object_id, entry.public) == ("claim", ids[0], True)
        named = list(entry.change_rows.values_list("object_type", "object_id", "readers"))
        assert named[:4] == [("claim", pk, "shown") for pk in ids]
        assert [one[0] for one in named[4:]] == ["topic"], (
            "readers see it since somebody claims something about it"
        )
        assert recompute() == LedgerHead.objects.get().hash
        assert verify() == []

    def test_ids_are_never_given_twice(self, reporter):
        first = Claim.bring_in(reporter, some(f.TopicFactory()))
        single = f.ClaimFactory().pk
        second = Claim.bring_in(reporter, [NewClaim("And another.")])
        assert sorted({*first, single, *second}) == [*first, single, *second]

    def test_the_second_act_reveals_no_topic(self, reporter):
        topic = f.TopicFactory()
        Claim.bring_in(reporter, [NewClaim("One.", topics=(topic.pk,))])
        Claim.bring_in(reporter, [NewClaim("Two.", topics=(topic.pk,))])
        assert Change.objects.latest("seq").rows == 1

    def test_nothing_is_no_act(self, reporter):
        before = everything()
        assert Claim.bring_in(reporter, []) == []
        assert everything() == before

    def test_pages_are_kept_by_the_number_of_the_act(self, reporter):
        ids = Claim.bring_in(reporter, some(f.TopicFactory()))
        assert set(Claim.objects.filter(pk__in=ids).values_list("public_seq", flat=True)) == {last_seq()}


class TestRefused:
    @pytest.mark.parametrize(
        ("row", "sentence"),
        [
            (NewClaim(" "), "Claim 2: This field cannot be blank."),
            (NewClaim("NUL \x00."), "Claim 2: This text holds a character that cannot be stored"),
            (NewClaim("Half \ud800."), "Claim 2: This text holds a character that cannot be stored"),
            (NewClaim("One.", kind="gossip"), "Claim 2: Value 'gossip' is not a valid choice."),
            (NewClaim("One.", language="plain English"), "Claim 2: This must be a language tag"),
            (
                NewClaim("One.", asserted=DateRange.parse("2024", "x" * 301)),
                "Claim 2: Ensure this value has at most",
            ),
            (NewClaim("One.", ref="x" * 301), "Claim 2: The newsroom's own name"),
        ],
    )
    def test_what_the_verb_for_one_refuses(self, reporter, row, sentence):
        before = everything()
        with pytest.raises(ValidationError) as trouble:
            Claim.bring_in(reporter, [NewClaim("Fine."), row, NewClaim("Fine as well.")])
        assert [one[: len(sentence)] for one in trouble.value.messages] == [sentence]
        assert everything() == before

    def test_readers_and_keys_that_may_only_read(self, reporter):
        reporter.limited_to = frozenset({"import"})
        several = (reporter, f.UserFactory(is_active=False))
        before = everything()
        for by in several:
            with pytest.raises(NotAllowed):
                Claim.bring_in(by, [NewClaim("One.")])
        assert everything() == before

    def test_a_name_that_is_taken(self, reporter):
        (one,) = Claim.bring_in(reporter, [NewClaim("One.", ref="A-1")])
        before = everything()
        with pytest.raises(ValidationError) as trouble:
            Claim.bring_in(reporter, [NewClaim("Two."), NewClaim("Three.", ref="A-1")])
        assert trouble.value.messages == [
            f"Claim 2: the newsroom's own name A-1 is on record already, for claim {one}."
        ]
        assert everything() == before

    def test_two_of_one_name(self, reporter):
        with pytest.raises(ValidationError) as trouble:
            Claim.bring_in(reporter, [NewClaim("One.", ref="A-1"), NewClaim("Two.", ref="A-1")])
        assert trouble.value.messages == ["Claim 2: claim 1 has the same own name, A-1."]
        assert not Claim.objects.exists()

    def test_what_else_the_database_refuses(self, reporter):
        """No name is blamed for it."""
        (one,) = Claim.bring_in(reporter, [NewClaim("One.")])
        batch = ClaimBatch(reporter, [NewClaim("Two.", ref="A-1")], AT, ids=[one])
        with pytest.raises(IntegrityError), transaction.atomic():
            batch.write()

    def test_within_another_act(self, reporter):
        with pytest.raises(RuntimeError, match="an act of their own"), act(reporter, "import", None):
            Claim.bring_in(reporter, [NewClaim("One.")])
        assert not Claim.objects.exists()


class TestOwnNames:
    def test_are_known_again(self, reporter):
        one, two = NewClaim("One.", ref="A-1"), NewClaim("Two.")
        ids = Claim.bring_in(reporter, [one, two])
        assert known_by_name(["A-1", "A-2", ""]) == {"A-1": (ids[0], one.digest)}
        assert ManifestItem.objects.count() == 1
        assert one.digest != NewClaim("One!", ref="A-1").digest


class TestAfterwards:
    """Whatever reads the ledger reads such an act as any other."""

    @pytest.fixture
    def brought(self, reporter):
        f.newsroom()
        self.webhook = f.WebhookFactory()
        self.topic = f.TopicFactory()
        return Claim.bring_in(
            reporter,
            [
                NewClaim(f"Wombat {number} came to Jane Doe.", topics=(self.topic.pk,), ref=f"W-{number}")
                for number in range(5)
            ],
            AT,
        )

    def test_search(self, brought):
        assert {hit.id for hit in search("wombat", kinds=["claim"]).hits} == set(brought)

    def test_page_and_history(self, brought):
        page = Client().get(Claim.objects.get(pk=brought[2]).get_absolute_url())
        assert page.status_code == 200 and "Wombat 2 came" in page.content.decode()
        act = Client().get(f"/record/{last_seq()}/")
        assert act.status_code == 200 and "Wombat 2 came" in act.content.decode()

    def test_change_feed(self, brought):
        client = Client()
        copier = Copier(lambda address: client.get(address).json())
        assert_same(copier.follow(), what_readers_see(), "the copy")
        assert {("claim", pk) for pk in brought} <= copier.rows.keys()

    def test_dump(self, brought, tmp_path):
        folder = make(tmp_path)
        assert {row["id"] for row in lines(folder, "claim")} == set(brought)

    def test_webhooks(self, brought):
        feeding.feed()
        told = [json.loads(one.body) for one in self.webhook.deliveries.order_by("pk")]
        assert [one["type"] for one in told][-1] == "claim.changed"
        assert told[-1]["data"]["row_count"] == 6 and told[-1]["data"]["verb"] == "import"
        assert feeding.Job.objects.filter(task="articles.tasks.tell_webhooks").exists()

    def test_one_of_them_is_changed(self, brought, editor):
        claim = Claim.objects.get(pk=brought[1])
        claim.revise(editor, statement="Another wombat came.")
        claim.dismiss(editor, "No claim at all.")
        assert Change.objects.about(claim).count() == 3
        assert verify() == []

    def test_one_of_them_is_redacted(self, reporter, brought, administrator):
        Claim.bring_in(reporter, [NewClaim("Nobody else came.")])
        Redaction.everywhere(administrator, "Wombat 3", "A private matter.")
        assert "█" in Claim.objects.get(pk=brought[3]).statement
        erased = ChangeRow.objects.filter(payload=None)
        assert list(erased.values_list("object_type", "object_id")) == [("claim", brought[3])]
        assert verify() == [] and recompute() == LedgerHead.objects.get().hash

    def test_verify_as_a_command(self, brought):
        call_command("verify")
