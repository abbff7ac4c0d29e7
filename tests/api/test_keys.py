"""Keys: who may issue and revoke them, what they open, and everything that is no key."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import InternalError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from rest_framework.exceptions import NotAuthenticated

from api.permissions import MayWrite, MissingScope
from articles.models import ApiKey, KeyState, Role, Scope, api_key
from articles.refusals import NotAllowed, Refused
from tests import factories as f
from tests import hostile
from tests.api.conftest import Api, as_problem

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def bearer(key: Any) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {key if isinstance(key, str) else key.token}"}


def refused(api: Api, header: str, code: str = "invalid_key", path: str = "claims/") -> None:
    answer = api.get(path, HTTP_AUTHORIZATION=header)
    assert as_problem(401, answer)["code"] == code
    assert answer["WWW-Authenticate"] == "Bearer"
    assert "Access-Control-Allow-Origin" not in answer


class TestTokens:
    def test_shape(self, db):
        key = f.ApiKeyFactory()
        assert re.fullmatch(r"fct_[a-z2-9]{8}_[0-9A-Za-z]{49}", key.token)
        assert key.token.split("_")[1] == key.identifier and key.scopes == ["write"]
        assert f.ApiKeyFactory().token != key.token

    def test_secret_is_nowhere_in_the_database(self, db):
        key = f.ApiKeyFactory()
        secret = key.token.split("_")[2]
        for model in apps.get_models():
            for row in model._base_manager.values_list():
                assert secret not in repr(row) and secret[:43] not in repr(row), model
        assert len(key.hash) == 64

    def test_found_by_one_statement_with_the_owner(self, db, django_assert_num_queries):
        key = f.ApiKeyFactory()
        with django_assert_num_queries(1):
            found = ApiKey.objects.found(key.token)
            assert found == key and found.owner.username and found.state_at(NOW)

    def test_what_is_no_token_is_not_looked_for(self, db, django_assert_num_queries):
        token = f.ApiKeyFactory().token
        wrong = [
            token[:-1] + ("a" if token[-1] != "a" else "b"),
            token.lower(),
            token + "x",
            token[:-1],
            "fct__",
            "",
        ]
        swapped = token[:20] + token[21] + token[20] + token[22:]
        wrong += [swapped] if swapped != token else []
        with django_assert_num_queries(0):
            assert [ApiKey.objects.found(one) for one in wrong] == [None] * len(wrong)

    def test_the_identifier_alone_opens_nothing(self, db):
        mine, other = f.ApiKeyFactory(), f.ApiKeyFactory()
        forged = f"fct_{mine.identifier}_{other.token.split('_')[2][:43]}"
        assert ApiKey.objects.found(forged + api_key._checksum(forged)) is None

    def test_compared_in_constant_time(self, db, monkeypatch):
        compared = []

        def compare(one, other):
            compared.append({one, other})
            return one == other

        monkeypatch.setattr(api_key, "compare_digest", compare)
        key = f.ApiKeyFactory()
        assert ApiKey.objects.found(key.token) == key
        assert {key.hash} in compared


class TestStates:
    @pytest.mark.parametrize(
        ("passed", "state"),
        [(59 * SECOND, KeyState.GOOD), (60 * SECOND, KeyState.EXPIRED), (61 * SECOND, KeyState.EXPIRED)],
    )
    def test_expiry_at_the_second(self, db, passed, state):
        key = f.ApiKeyFactory(at=NOW, expires_at=NOW + 60 * SECOND)
        assert key.state_at(NOW + passed) == state
        assert key.state_at(NOW + 60 * SECOND - timedelta(microseconds=1)) == KeyState.GOOD

    def test_without_an_end(self, db):
        assert f.ApiKeyFactory().state_at(NOW + timedelta(days=36_500)) == KeyState.GOOD

    def test_expired(self, api):
        refused(api, f"Bearer {f.ApiKeyFactory(at=NOW, expires_at=NOW + SECOND).token}", "expired_key")

    def test_revoked(self, api, reporter):
        key = f.ApiKeyFactory(owner=reporter)
        assert api.get("claims/", **bearer(key)).status_code == 200
        key.revoke(reporter, NOW)
        assert (key.revoked_at, key.revoked_by) == (NOW, reporter)
        refused(api, f"Bearer {key.token}", "revoked_key")
        with pytest.raises(Refused, match="revoked already"):
            key.revoke(reporter)
        key.refresh_from_db()
        assert key.revoked_at == NOW

    def test_the_owners_account_is_closed(self, api, reporter, administrator):
        key = f.ApiKeyFactory(owner=reporter)
        reporter.deactivate(administrator)
        refused(api, f"Bearer {key.token}", "revoked_key")
        reporter.reactivate(administrator)
        assert api.get("claims/", **bearer(key)).status_code == 200

    def test_use_is_noted_once_an_hour(self, db, django_assert_num_queries):
        key = f.ApiKeyFactory()
        key.note_use(NOW)
        assert ApiKey.objects.get().last_used_at == NOW
        with django_assert_num_queries(0):
            key.note_use(NOW + timedelta(minutes=59))
        key.note_use(NOW + timedelta(hours=1))
        assert ApiKey.objects.get().last_used_at == NOW + timedelta(hours=1)

    def test_a_late_note_does_not_turn_the_clock_back(self, db):
        key = f.ApiKeyFactory()
        stale = ApiKey.objects.get()
        key.note_use(NOW)
        stale.note_use(NOW - timedelta(minutes=1))
        assert ApiKey.objects.get().last_used_at == NOW

    @pytest.mark.parametrize(
        "trouble",
        [
            OperationalError("database is locked"),
            InternalError("cannot execute UPDATE in a read-only transaction"),
        ],
    )
    def test_a_note_that_cannot_be_written_refuses_nobody(self, api, monkeypatch, trouble):
        def refuses(*args):
            raise trouble

        monkeypatch.setattr(ApiKey, "note_use", refuses)
        assert api.get("claims/", **bearer(f.ApiKeyFactory())).status_code == 200


class TestWho:
    def test_for_oneself(self, reporter):
        key, _ = ApiKey.issue(reporter, reporter, " Nightly copy ", ["write", "drafts", "write"], None, NOW)
        assert (key.owner, key.created_by, key.name) == (reporter, reporter, "Nightly copy")
        assert (key.scopes, key.created_at, key.expires_at) == (["drafts", "write"], NOW, None)

    def test_for_others_only_administrators(self, reporter, editor, administrator):
        with pytest.raises(NotAllowed, match="Only an administrator issues keys of others"):
            ApiKey.issue(editor, reporter, "x")
        assert ApiKey.issue(administrator, reporter, "x")[0].owner == reporter
        assert ApiKey.issue(None, reporter, "x")[0].created_by is None

    def test_no_key_makes_or_ends_keys(self, administrator):
        key = f.ApiKeyFactory(owner=administrator)
        program = administrator.limited(Scope.values)
        with pytest.raises(NotAllowed, match="signed in"):
            ApiKey.issue(program, administrator, "x")
        with pytest.raises(NotAllowed, match="signed in"):
            key.revoke(program)
        assert not ApiKey.objects.visible_to(program).exists()

    def test_not_for_a_closed_account(self, administrator):
        gone = f.UserFactory(is_active=False)
        with pytest.raises(Refused, match="is closed"):
            ApiKey.issue(administrator, gone, "x")

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"name": "  "}, "cannot be blank"),
            ({"name": "x" * 101}, "at most 100"),
            ({"name": "a\x00b"}, "cannot be stored"),
            ({"scopes": ["all"]}, "There is no scope all. There are: drafts, write, publish, import."),
            ({"scopes": [["write"]]}, "There is no scope"),
            ({"expires_at": NOW}, "expire before it is issued"),
        ],
    )
    def test_refused_with_a_sentence(self, reporter, facts, sentence):
        given = {"name": "x", "scopes": ["write"], "expires_at": None, **facts}
        with pytest.raises(ValidationError) as refusal:
            ApiKey.issue(reporter, reporter, at=NOW, **given)
        assert sentence in " ".join(refusal.value.messages)
        assert not ApiKey.objects.exists()

    def test_never_deleted(self, db):
        with pytest.raises(Refused, match="never deleted"):
            f.ApiKeyFactory().delete()


class TestHeaders:
    @pytest.mark.parametrize(
        "header",
        [
            "Bearer", "Bearer ", "Bearer  x", "bearer abc", "Basic YTpi", "Token abc", "Bearer \xff\xfe",
            "Bearer a\x00b", "Bearer fct_aaaaaaaa_" + "a" * 49, "Bearer " + "x" * 50_000, "\x00",
            "fct_aaaaaaaa_x", ",", "Bearer \u0661", "Bearer \udcff",
            *(f"Bearer {one.value}" for one in hostile.NUMBERS),
        ],
        ids=lambda header: header[:30].encode("ascii", "backslashreplace").decode(),
    )  # fmt: skip
    @pytest.mark.parametrize("path", ["", "claims/", "claims/1/", "me/", "schema/"])
    def test_what_is_no_key(self, api, path, header, django_assert_num_queries):
        with django_assert_num_queries(0):
            refused(api, header, path=path)

    @pytest.mark.parametrize("text", hostile.each(hostile.TEXTS, hostile.LONG, hostile.UNSTORABLE))
    def test_hostile_bytes(self, api, text, django_assert_num_queries):
        # As a server hands headers on: each byte a letter.
        header = f"Bearer {text}".encode("utf-8", "surrogatepass").decode("latin-1")
        with django_assert_num_queries(0):
            refused(api, header)

    def test_a_good_key_of_a_wrong_scheme(self, api):
        refused(api, f"Token {f.ApiKeyFactory().token}")

    def test_schemes_have_no_case(self, api):
        assert api.get("claims/", HTTP_AUTHORIZATION=f"bEARER {f.ApiKeyFactory().token}").status_code == 200

    def test_a_key_in_the_address_is_not_read(self, api):
        token = f.ApiKeyFactory().token
        problem = api.problem(400, "claims/", {"access_token": token})
        assert problem["errors"][0]["code"] == "unknown_parameter"

    def test_a_key_goes_before_a_session(self, desk, editor):
        key = f.ApiKeyFactory(owner=editor, scopes=[])
        assert desk.json("me/", **bearer(key))["display_name"] == "Eda Editor"

    def test_a_bad_key_is_not_helped_by_a_session(self, desk):
        refused(desk, "Bearer x")


class TestScopes:
    """Every scope: what its key sees of the desk's own, and whether it may write."""

    @pytest.mark.parametrize("role", ["reporter", "editor", "administrator"])
    @pytest.mark.parametrize("scope", [None, *Scope.values])
    def test_reading_and_writing(self, api, role, scope):
        hidden = f.ClaimFactory(status="dismissed")
        seen = f.ClaimFactory()
        key = f.ApiKeyFactory(owner=f.somebody(role), scopes=[scope] if scope else [])
        reads = scope in ("drafts", "write", "publish")
        assert api.ids("claims/") == [seen.pk]
        answer = api.get(f"claims/{hidden.pk}/", **bearer(key))
        assert answer.status_code == (200 if reads else 404)
        page = api.get("claims/", {"status": "open,dismissed"}, **bearer(key))
        assert [row["id"] for row in page.json()["results"]] == ([seen.pk, hidden.pk] if reads else [seen.pk])
        assert page["Cache-Control"] == "private, no-store"
        me = api.json("me/", **bearer(key))
        assert me["may"] == {
            "read_drafts": reads,
            "write": scope in ("write", "publish"),
            "publish": scope == "publish" and role != "reporter",
            "hand_in": scope in ("write", "publish", "import"),
        }

    def test_without_drafts_a_key_sees_what_readers_see(self, api):
        claim = f.ClaimFactory(rating="supported")
        f.VerdictDraftFactory(claim=claim)
        f.ClaimFactory(status="dismissed")
        f.ArticleFactory()
        f.ArticleFactory(public=True)
        f.EvidenceFactory(claim=claim)
        key = f.ApiKeyFactory(owner=f.some_administrator(), scopes=["import"])
        for path in ("claims/", "articles/", "sources/", "verdicts/", f"claims/{claim.pk}/"):
            assert api.json(path, **bearer(key)) == api.json(path), path

    @pytest.mark.parametrize(
        ("needed", "enough"),
        [
            (Scope.DRAFTS, {"drafts", "write", "publish"}),
            (Scope.WRITE, {"write", "publish"}),
            (Scope.PUBLISH, {"publish"}),
            (Scope.IMPORT, {"import", "write", "publish"}),
        ],
    )
    @pytest.mark.parametrize("scope", [None, *Scope.values])
    def test_what_a_view_needs(self, editor, rf, needed, enough, scope):
        request = rf.post("/")
        request.user = editor.limited([scope] if scope else [])
        view = type("View", (), {"needs": needed})()
        if scope in enough:
            assert MayWrite().has_permission(request, view)
        else:
            with pytest.raises(
                MissingScope, match=f"the scope {needed.value}; this one has: {scope or 'none'}"
            ):
                MayWrite().has_permission(request, view)
        request.user = editor
        assert MayWrite().has_permission(request, view)

    def test_writing_is_the_default(self, editor, stranger, rf):
        request = rf.delete("/")
        request.user = editor.limited(["drafts", "import"])
        with pytest.raises(MissingScope, match="the scope write; this one has: drafts, import"):
            MayWrite().has_permission(request, object())
        request.user = stranger
        with pytest.raises(NotAuthenticated):
            MayWrite().has_permission(request, object())

    def test_over_the_wire(self, api):
        address, given = "/api/v1/imports/", {"text": "The bridge is open.", "name": "x"}

        def hand_in(**headers: str) -> Any:
            return api.client.post(address, given, content_type="application/json", **headers)

        assert as_problem(401, hand_in())["code"] == "not_authenticated"
        answer = as_problem(403, hand_in(**bearer(f.ApiKeyFactory(scopes=["drafts"]))))
        assert answer["code"] == "missing_scope" and "the scope import" in answer["detail"]
        assert hand_in(**bearer(f.ApiKeyFactory(scopes=["import"]))).status_code == 201


class TestMe:
    def test_nobody(self, api):
        answer = api.get("me/")
        assert answer["Cache-Control"] == "private, no-store"
        body = answer.json()
        assert [body[name] for name in ("id", "display_name", "role", "key")] == [None] * 4
        assert not any(body["may"].values())
        assert [one["name"] for one in body["limits"]] == ["read"]

    def test_somebody_at_the_desk(self, desk, reporter):
        body = desk.json("me/")
        assert (body["id"], body["role"], body["key"]) == (reporter.pk, "reporter", None)
        assert body["may"] == {"read_drafts": True, "write": True, "publish": False, "hand_in": True}

    def test_a_key(self, api):
        key = f.ApiKeyFactory(
            name="Copy", scopes=["write", "drafts"], at=NOW, expires_at=NOW + timedelta(days=36_500)
        )
        body = api.json("me/", **bearer(key))
        assert body["key"] == {
            "identifier": key.identifier, "name": "Copy", "scopes": ["drafts", "write"],
            "created_at": "2024-05-01T12:00:00Z", "expires_at": "2124-04-07T12:00:00Z",
        }  # fmt: skip
        assert key.token not in str(body) and key.hash not in str(body)

    @pytest.mark.parametrize("path", ["me/", "usage/"])
    def test_few_statements(self, api, path):
        key = f.ApiKeyFactory()
        with CaptureQueriesContext(connection) as first:
            api.json(path, **bearer(key))
        with CaptureQueriesContext(connection) as second:
            api.json(path, **bearer(key))
        assert (len(first), len(second)) == (2, 1)


class TestCommand:
    def run(self, *words: str) -> tuple[str, str]:
        out, err = io.StringIO(), io.StringIO()
        call_command("api_key", *words, stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    def test_issue(self, api, reporter):
        out, err = self.run(
            "issue",
            "--owner",
            "rita",
            "--name",
            "Nightly",
            "--scope",
            "write",
            "--scope",
            "drafts",
            "--expires",
            "12h",
        )
        token = out.removesuffix("\n")
        key = ApiKey.objects.found(token)
        assert (key.owner, key.created_by, key.name, key.scopes) == (
            reporter,
            None,
            "Nightly",
            ["drafts", "write"],
        )
        assert key.expires_at - key.created_at == timedelta(hours=12)
        assert f"Key {key.identifier} acts for rita until" in err and token not in err
        assert api.json("me/", **bearer(token))["id"] == reporter.pk

    def test_help_says_what_each_scope_takes_in(self, capsys):
        with pytest.raises(SystemExit):
            call_command("api_key", "issue", "--help")
        told = " ".join(capsys.readouterr().out.split())
        assert all(f"{scope.value}: {scope.told}." in told for scope in Scope)

    def test_a_reporter_s_key_to_publish_is_warned_of(self, reporter):
        words = ("issue", "--owner", "rita", "--name", "x", "--scope")
        out, err = self.run(*words, "publish")
        assert "It publishes nothing while rita is a reporter" in err and len(out.split()) == 1
        assert "publishes nothing" not in self.run(*words, "write")[1]
        reporter.role = Role.EDITOR
        reporter.save()
        assert "publishes nothing" not in self.run(*words, "publish")[1]

    def test_a_database_without_tables_is_told_in_a_sentence(self, tmp_path):
        variables = {"PATH": os.defpath, "DEBUG": "True", "DATA_DIRECTORY": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "manage.py", "api_key", "list"],
            cwd=settings.BASE_DIR, env=variables, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert (
            f"{tmp_path / 'factcheck.sqlite3'} has no tables yet" in done.stderr
            and "DEMO=True" in done.stderr
        )

    def test_ninety_days_unless_said(self, reporter):
        self.run("issue", "--owner", "rita", "--name", "x")
        self.run("issue", "--owner", "rita", "--name", "y", "--expires", "never")
        never, ninety = ApiKey.objects.all()
        assert ninety.expires_at - ninety.created_at == timedelta(days=90) and never.expires_at is None

    def test_list_and_revoke(self, reporter):
        key = f.ApiKeyFactory(owner=reporter, name="Nightly")
        out, _ = self.run("list")
        assert out.split("\t") == [
            key.identifier, "good", "rita", "write", "expires never", "used never", "Nightly\n",
        ]  # fmt: skip
        assert key.token not in out
        _, err = self.run("revoke", key.token)
        assert err == f"Key {key.identifier} is revoked.\n"
        assert "\trevoked\t" in self.run("list")[0]

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["issue", "--owner", "nobody", "--name", "x"], "There is no account “nobody”."),
            (["issue", "--owner", "rita", "--name", " "], "cannot be blank"),
            (
                ["issue", "--owner", "rita", "--name", "x", "--expires", "soon"],
                "“soon” is no time a key can hold",
            ),
            (["issue", "--owner", "rita", "--name", "x", "--expires", "0d"], "is no time"),
            (["issue", "--owner", "rita", "--name", "x", "--scope", "all"], "invalid choice"),
            (["issue", "--owner", "rita"], "--name"),
            (["revoke", "zzzzzzzz"], "There is no key zzzzzzzz"),
            (["revoke", "\x00"], "There is no key"),
            ([], "required"),
        ],
    )
    def test_refused(self, reporter, words, sentence):
        with pytest.raises(CommandError) as refusal:
            self.run(*words)
        assert sentence in str(refusal.value)
        assert not ApiKey.objects.exists()

    def test_as_a_process(self, committed_database):
        f.UserFactory(username="rita")
        done = committed_database.manage("api_key", "issue", "--owner", "rita", "--name", "x")
        assert done.returncode == 0 and re.fullmatch(r"fct_[a-z2-9]{8}_\w{49}\n", done.stdout), done.stderr
        done = committed_database.manage("api_key", "issue", "--owner", "rosa", "--name", "x")
        assert (done.returncode, done.stdout) == (1, "") and "no account" in done.stderr
