"""Telling the CDN: what, when, and what becomes of it where the CDN will not hear."""

from __future__ import annotations

import json
import logging
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from articles import reaching
from articles.cdn import purging
from articles.cdn.shapes import SHAPES
from articles.checks import cdn_has_forgotten, cdn_is_told
from articles.models import Claim, Job
from articles.work.worker import Worker
from tests import factories as f
from tests.cdn.conftest import TOKEN, named, work

LATER = timedelta(hours=1)


def jobs() -> list[str]:
    waiting = Job.objects.purging().filter(state="waiting").order_by("pk")
    return [one.task.rpartition(".")[2] for one in waiting]


def refuses(status: int, body: bytes = b""):
    def answer(handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.fixture
def claim(db):
    return f.ClaimFactory(rating="supported")


@pytest.fixture
def quiet(cdn, claim):
    """A CDN that was told of all there is."""
    Job.objects.purging().delete()
    return cdn


class TestAsking:
    def test_an_act_asks_for_one_job_however_many_follow_it(self, quiet, claim, editor):
        claim.revise(editor, statement="The bridge cost five million dollars.")
        first = Claim.add(editor, "The bridge was opened in May.")
        Claim.add(editor, "The bridge was closed in June.")
        assert jobs() == ["purge_changed"]
        work()
        assert set(quiet.keys_told()) >= {"record", f"claim-{claim.pk}", f"claim-{first.pk}"}

    def test_what_was_changed_again_meanwhile_is_told_too(self, quiet, claim, editor):
        """Its stamp is that of the later act by now."""
        claim.revise(editor, statement="The bridge cost five million dollars.")
        job = Job.objects.purging().get()
        claim.revise(editor, statement="The bridge cost six million dollars.")
        assert f"claim-{claim.pk}" in purging.keys_since(*job.arguments["args"])

    def test_a_job_that_runs_may_have_read_already(self, quiet, claim, editor):
        Claim.add(editor, "The bridge was opened in May.")
        Job.objects.purging().take("w", timezone.now(), timedelta(minutes=1))
        claim.revise(editor, statement="The bridge cost five million dollars.")
        assert jobs() == ["purge_changed"]

    def test_an_act_that_is_no_readers_business_changes_where_the_record_stands(self, quiet, claim, editor):
        quiet.get("/")
        quiet.get(claim.get_absolute_url())
        f.ContactFactory(claim=claim)
        assert work() == 1
        assert list(quiet.held) == [claim.get_absolute_url()]

    def test_what_is_rolled_back_asks_for_nothing(self, quiet, editor):
        with transaction.atomic():
            Claim.add(editor, "The bridge was opened in May.")
            transaction.set_rollback(True)
        assert jobs() == []

    def test_names_on_every_page(self, quiet, administrator):
        f.newsroom().revise(administrator, name="The Other Desk")
        assert "purge_all" in jobs()
        work()
        assert "all" in quiet.keys_told()

    def test_the_name_of_a_person(self, quiet, editor):
        editor.describe(editor, display_name="Anna Editor")
        assert jobs() == ["purge_all"]

    def test_much_at_once_is_all(self, quiet, claim, editor, monkeypatch):
        monkeypatch.setattr(purging, "MOST", 2)
        for number in range(3):
            Claim.add(editor, f"The bridge was painted {number} times.")
        work()
        assert quiet.keys_told() == ["all"]

    def test_nothing_is_asked_without_a_cdn(self, quiet, settings, editor):
        settings.CDN = ""
        Claim.add(editor, "The bridge was opened in May.")
        assert jobs() == []

    def test_it_is_told_again_when_what_came_late_has_arrived(self, quiet, claim, editor):
        claim.revise(editor, statement="The bridge cost five million dollars.")
        work()
        first = quiet.keys_told()
        assert jobs() == ["purge_again"] and work() == 0
        assert work(timezone.now() + purging.AGAIN_AFTER) == 1
        assert quiet.keys_told() == first * 2 and jobs() == []

    def test_after_an_upgrade(self, quiet, capsys, settings):
        call_command("purge_cdn")
        assert jobs() == ["purge_all"] and "worker" in capsys.readouterr().out
        settings.CDN_PURGE_URLS = []
        with pytest.raises(CommandError, match="CDN_PURGE_URLS"):
            call_command("purge_cdn")


class TestShapes:
    @pytest.mark.parametrize(
        ("shape", "method", "header", "value"),
        [
            ("fastly", "POST", "fastly-key", TOKEN),
            ("cloudflare", "POST", "authorization", f"Bearer {TOKEN}"),
            ("varnish", "PURGE", "x-purge-token", TOKEN),
            ("json", "POST", "authorization", f"Bearer {TOKEN}"),
        ],
    )
    def test_request(self, cdn, settings, shape, method, header, value):
        settings.CDN = shape
        purging.purge(["record", "claim-7"])
        [(asked, headers, body)] = cdn.told
        assert asked == method and headers[header] == value
        assert named(headers, body) == ["record", "claim-7"]

    def test_bodies_are_those_of_the_services(self):
        for shape, name in (("fastly", "surrogate_keys"), ("cloudflare", "tags"), ("json", "keys")):
            headers, body = SHAPES[shape].asked(["a", "b"])
            assert json.loads(body) == {name: ["a", "b"]}
            assert headers["Content-Type"] == "application/json"
        assert SHAPES["varnish"].asked(["a", "b"]) == ({"xkey": "a b"}, b"")

    @pytest.mark.parametrize("shape", SHAPES)
    def test_no_request_names_more_than_the_service_takes(self, cdn, settings, shape):
        settings.CDN = shape
        keys = [f"claim-{10**17 + number}" for number in range(600)]
        purging.purge(keys)
        assert cdn.keys_told() == keys
        assert max(len(named(headers, body)) for _, headers, body in cdn.told) == SHAPES[shape].most
        assert max(len(headers.get("xkey", "")) for _, headers, _ in cdn.told) < 8_000

    def test_every_address_is_told(self, cdn, settings):
        settings.CDN_PURGE_URLS = [cdn.url, "http://127.0.0.1:1/purge", cdn.url]
        with pytest.raises(
            purging.NotPurged, match=r"Address 2 of CDN_PURGE_URLS: .* could not be connected to"
        ):
            purging.purge(["record"])
        assert len(cdn.told) == 2

    def test_a_machine_of_the_own_network_only_where_the_operator_says_so(self, cdn, settings):
        settings.CDN_PURGE_INSIDE = False
        with pytest.raises(purging.NotPurged, match="https://"):
            purging.purge(["record"])
        assert cdn.told == []
        # And never for anybody else's addresses.
        with pytest.raises(reaching.Forbidden):
            reaching.post(cdn.url, b"", {})


class TestTrouble:
    @pytest.fixture
    def due(self, quiet, claim, editor):
        claim.revise(editor, statement="The bridge cost five million dollars.")
        return Job.objects.purging().get()

    def run(self) -> None:
        Worker(queues=["cdn"]).run(drain=True)

    @pytest.mark.parametrize(
        ("shape", "answer", "sentence"),
        [
            ("json", refuses(503), "it answered 503."),
            ("json", refuses(301), "it answered 301."),
            ("json", refuses(403, TOKEN.encode()), "it answered 403."),
            ("cloudflare", refuses(200, b'{"success": false}'), "it answered 200, but not that it is done."),
            ("cloudflare", refuses(200, b"[]"), "it answered 200, but not that it is done."),
            ("cloudflare", refuses(200, b"<html>"), "it answered 200, but not that it is done."),
        ],
    )
    def test_who_does_not_say_yes_is_told_again(self, quiet, due, settings, caplog, shape, answer, sentence):
        caplog.set_level(logging.DEBUG)
        settings.CDN, quiet.answer = shape, answer
        self.run()
        due.refresh_from_db()
        assert (due.state, due.attempts) == ("waiting", 1) and due.run_after > timezone.now()
        assert due.last_error.endswith(f"Address 1 of CDN_PURGE_URLS: {sentence}")
        assert TOKEN not in json.dumps(due.errors) and TOKEN not in caplog.text
        quiet.answer = None
        Job.objects.filter(pk=due.pk).update(run_after=timezone.now())
        self.run()
        due.refresh_from_db()
        assert due.state == "done" and jobs() == ["purge_again"]

    def test_who_is_slow_is_left(self, quiet, due, monkeypatch):
        monkeypatch.setattr(reaching, "ALTOGETHER", 0.3)
        quiet.answer = lambda handler: time.sleep(2)
        self.run()
        due.refresh_from_db()
        assert "did not answer" in due.last_error and due.state == "waiting"

    def test_pauses_grow_and_it_is_never_given_up(self, quiet, due):
        quiet.answer = refuses(500)
        Job.objects.filter(pk=due.pk).update(attempts=50)
        self.run()
        due.refresh_from_db()
        assert due.state == "waiting" and due.run_after > timezone.now() + timedelta(minutes=40)
        assert due.most_attempts > 10_000

    def test_a_new_act_does_not_wait_as_long(self, quiet, due, claim, editor):
        Job.objects.filter(pk=due.pk).update(run_after=timezone.now() + LATER)
        Claim.add(editor, "The bridge was opened in May.")
        due.refresh_from_db()
        assert jobs() == ["purge_changed"]
        assert due.run_after <= timezone.now() + purging.PATIENCE

    def test_articles_W002(self, quiet, due):
        assert cdn_has_forgotten(databases=["default"]) == []
        quiet.answer = refuses(500)
        for _ in range(2):
            Job.objects.filter(pk=due.pk).update(run_after=timezone.now())
            self.run()
        [warning] = cdn_has_forgotten(databases=["default"])
        assert warning.id == "articles.W002" and "it answered 500." in warning.msg
        assert cdn_has_forgotten(databases=[]) == []

    def test_without_the_cdn_a_job_that_was_left_does_nothing(self, quiet, due, settings):
        settings.CDN = ""
        self.run()
        due.refresh_from_db()
        assert due.state == "done" and quiet.told == []


class TestSettings:
    GOOD = {"CDN": "fastly", "CDN_PURGE_URLS": ["https://api.fastly.com/service/x/purge"], "CDN_TOKEN": TOKEN}

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({}, ""),
            ({"CDN": ""}, "but not CDN:"),
            ({"CDN_PURGE_URLS": []}, "but not CDN_PURGE_URLS"),
            ({"CDN_PURGE_URLS": [], "CDN_SECONDS": 0}, ""),
            ({"CDN_TOKEN": ""}, "set CDN_TOKEN"),
            ({"CDN_TOKEN": "", "CDN": "varnish"}, ""),
            ({"CDN_PURGE_URLS": ["http://10.0.0.1:6081/"]}, "CDN_PURGE_INSIDE=True"),
            ({"CDN_PURGE_URLS": ["http://10.0.0.1:6081/"], "CDN_PURGE_INSIDE": True}, ""),
            ({"CDN_PURGE_URLS": ["ftp://10.0.0.1/"], "CDN_PURGE_INSIDE": True}, "must begin with"),
            ({"CDN": "", "CDN_PURGE_URLS": [], "CDN_TOKEN": ""}, ""),
        ],
    )
    def test_articles_E005(self, settings, changed, words):
        settings.CDN_SECONDS, settings.CDN_PURGE_INSIDE = 300, False
        for name, value in {**self.GOOD, **changed}.items():
            setattr(settings, name, value)
        found = cdn_is_told()
        assert len(found) == bool(words)
        for one in found:
            assert one.id == "articles.E005" and words in one.msg and one.hint
            assert "10.0.0.1:6081" not in one.msg
