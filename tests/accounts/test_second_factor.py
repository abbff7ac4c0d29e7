"""The second factor: set up, asked for, demanded, taken off; no code is good twice, and there is no way round it."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from articles.accounts import codes
from articles.accounts.middleware import SETTING_UP
from articles.models import ApiKey, GuessKind, Needed, Newsroom
from articles.models.guessing import MOST
from tests import factories
from tests.accounts.conftest import NEW, NOW, code_at, entries, is_in, sign_in, text_of, verbs, with_app

pytestmark = pytest.mark.django_db


def second_step(client: Client, code: str):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def demand(administrator, of: str = Needed.EVERYBODY) -> None:
    Newsroom.current().demand_second_factor(administrator, of)


def set_up(client: Client, clock) -> list[str]:
    """Set an app up as a person does, and return the recovery codes the page shows."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["secret"].replace(" ", "")
    done = client.post(reverse("mfa_activate_totp"), {"code": code_at(secret, clock.now)})
    assert done.status_code == 200, done
    return re.findall(r"<li><code>(.*?)</code></li>", done.content.decode())


class TestSettingUp:
    def test_picture_secret_codes(
        self, client, newsroom, reporter, clock, django_capture_on_commit_callbacks
    ):
        sign_in(client)
        page = client.get(reverse("mfa_activate_totp"))
        text = page.content.decode()
        assert 'src="data:image/svg+xml;base64,' in text
        assert page.context["secret"] in text
        assert "otpauth://totp/rita?" in text and "issuer=The%20Example%20Desk" in text
        with django_capture_on_commit_callbacks(execute=True):
            shown = set_up(client, clock)
        assert len(set(shown)) == codes.RECOVERY_CODES
        assert all(re.fullmatch(r"[a-z2-9]{5}-[a-z2-9]{5}", one) for one in shown)
        assert is_in(client)
        assert verbs() == ["signed_in", "factor_added"]

    def test_codes_are_shown_once_and_are_a_file(self, client, newsroom, reporter, clock):
        sign_in(client)
        page = client.get(reverse("mfa_activate_totp"))
        secret = page.context["secret"].replace(" ", "")
        done = client.post(
            reverse("mfa_activate_totp"), {"code": code_at(secret, clock.now)}
        ).content.decode()
        shown = re.findall(r"<li><code>(.*?)</code></li>", done)
        file = unquote(re.search(r'href="data:text/plain;charset=utf-8,(.*?)" download', done)[1])
        assert file.split() == shown
        for name in ("account", "mfa_activate_totp", "mfa_generate_recovery_codes"):
            assert not any(one in client.get(reverse(name), follow=True).content.decode() for one in shown)

    def test_what_is_kept_is_of_no_use_to_who_reads_the_database(self, client, newsroom, reporter, clock):
        sign_in(client)
        page = client.get(reverse("mfa_activate_totp"))
        secret = page.context["secret"].replace(" ", "")
        done = client.post(
            reverse("mfa_activate_totp"), {"code": code_at(secret, clock.now)}
        ).content.decode()
        kept = str(list(Authenticator.objects.values_list("data", flat=True)))
        assert secret not in kept
        for one in re.findall(r"<li><code>(.*?)</code></li>", done):
            assert one not in kept and one.replace("-", "") not in kept

    def test_a_wrong_code_sets_up_nothing(self, client, newsroom, reporter, clock):
        sign_in(client)
        client.get(reverse("mfa_activate_totp"))
        assert "not good now" in text_of(client.post(reverse("mfa_activate_totp"), {"code": "123456"}))
        assert not Authenticator.objects.exists()

    def test_sessions_elsewhere_end(self, newsroom, reporter, clock):
        here, elsewhere = Client(), Client()
        sign_in(here), sign_in(elsewhere)
        set_up(here, clock)
        assert is_in(here) and not is_in(elsewhere)

    def test_the_password_is_asked_for_again_after_a_while(
        self, client, newsroom, reporter, clock, monkeypatch
    ):
        sign_in(client)
        later = NOW.timestamp() + 10**9
        monkeypatch.setattr("articles.accounts.adapter.time.time", lambda: later)
        answer = client.get(reverse("mfa_activate_totp"))
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
        assert "This is not your password" in text_of(client.post(answer["Location"], {"password": "wrong"}))

    def test_new_recovery_codes_void_the_old(self, newsroom, reporter, clock):
        client = Client()
        sign_in(client)
        old = set_up(client, clock)
        answer = client.post(reverse("mfa_generate_recovery_codes"))
        new = re.findall(r"<li><code>(.*?)</code></li>", answer.content.decode())
        assert len(new) == codes.RECOVERY_CODES and not set(new) & set(old)
        assert codes.use(reporter, old[0], NOW) is None
        assert codes.use(reporter, new[0], NOW) is not None
        assert verbs()[-1] == "codes_made"


class TestSecondStep:
    def test_asked_for_and_opens(self, client, newsroom, reporter, clock):
        secret = with_app(reporter)
        assert sign_in(client)["Location"] == reverse("mfa_authenticate")
        assert not is_in(client)
        assert second_step(client, code_at(secret, clock.now)).status_code == 302
        assert is_in(client)
        assert entries() == [("signed_in", "rita", "rita")]

    @pytest.mark.parametrize(
        "address", ["admin:index", "account", "mfa_activate_totp", "mfa_generate_recovery_codes"]
    )
    def test_the_password_alone_reaches_nothing(self, client, newsroom, reporter, clock, address):
        with_app(reporter)
        sign_in(client)
        answer = client.get(reverse(address))
        assert answer.status_code == 302 and "/login/" in answer["Location"]

    @pytest.mark.parametrize("seconds", [-30, 0, 30])
    def test_clocks_that_differ_a_little(self, client, newsroom, reporter, clock, seconds):
        secret = with_app(reporter)
        sign_in(client)
        assert second_step(client, code_at(secret, clock.now + timedelta(seconds=seconds))).status_code == 302

    @pytest.mark.parametrize("seconds", [-60, 60])
    def test_clocks_that_differ_more(self, client, newsroom, reporter, clock, seconds):
        secret = with_app(reporter)
        sign_in(client)
        answer = second_step(client, code_at(secret, clock.now + timedelta(seconds=seconds)))
        assert "This code is not good now" in text_of(answer)
        assert not is_in(client)
        assert verbs() == ["code_failed"]

    def test_no_code_is_good_twice(self, newsroom, reporter, clock):
        secret = with_app(reporter)
        code = code_at(secret, clock.now)
        first, second = Client(), Client()
        sign_in(first), sign_in(second)
        assert second_step(first, code).status_code == 302
        assert second_step(second, code).status_code == 200
        # Nor later, while it would still be near enough, nor the one before it.
        clock.forward(seconds=31)
        assert second_step(second, code).status_code == 200
        assert second_step(second, code_at(secret, clock.now - timedelta(seconds=60))).status_code == 200
        assert second_step(second, code_at(secret, clock.now)).status_code == 302

    def test_the_code_that_set_it_up_opens_nothing(self, newsroom, reporter, clock):
        here = Client()
        sign_in(here)
        secret = here.get(reverse("mfa_activate_totp")).context["secret"].replace(" ", "")
        code = code_at(secret, clock.now)
        here.post(reverse("mfa_activate_totp"), {"code": code})
        other = Client()
        sign_in(other)
        assert second_step(other, code).status_code == 200 and not is_in(other)

    def test_a_recovery_code_opens_once(self, newsroom, reporter, clock):
        here = Client()
        sign_in(here)
        one = set_up(here, clock)[0]
        other, third = Client(), Client()
        sign_in(other), sign_in(third)
        assert second_step(other, f" {one.upper().replace('-', ' ')} ").status_code == 302
        assert is_in(other)
        assert second_step(third, one).status_code == 200 and not is_in(third)
        assert codes.recovery_codes_left(reporter) == codes.RECOVERY_CODES - 1
        assert "code_used" in verbs()

    def test_guesses_are_counted(self, newsroom, reporter, clock):
        secret = with_app(reporter)
        for _try in range(MOST[GuessKind.CODE]):
            visitor = Client()
            sign_in(visitor)
            second_step(visitor, "000000")
        visitor = Client()
        sign_in(visitor)
        assert "Too many wrong tries" in text_of(second_step(visitor, code_at(secret, clock.now)))
        clock.forward(minutes=15, seconds=1)
        assert second_step(visitor, code_at(secret, clock.now)).status_code == 302

    def test_closed_between_the_steps(self, client, newsroom, reporter, administrator, clock):
        secret = with_app(reporter)
        sign_in(client)
        reporter.deactivate(administrator)
        second_step(client, code_at(secret, clock.now))
        assert not is_in(client)


class TestDemanded:
    def test_of_whom(self):
        assert [Needed.EDITORS.of(role) for role in ("reporter", "editor", "administrator")] == [
            False,
            True,
            True,
        ]
        assert all(Needed.EVERYBODY.of(role) for role in ("reporter", "editor", "administrator"))
        assert not any(Needed.NOBODY.of(role) for role in ("reporter", "editor", "administrator"))

    def test_who_has_none_is_led_to_set_it_up(self, client, newsroom, editor, administrator, clock):
        demand(administrator, Needed.EDITORS)
        sign_in(client, "eda")
        answer = client.get(reverse("admin:index"))
        assert answer["Location"] == reverse("account_no_factor")
        assert "asks you to sign in with a second factor" in text_of(client.get(answer["Location"]))
        set_up(client, clock)
        assert is_in(client)

    def test_it_holds_from_the_next_request_on(self, client, newsroom, editor, reporter, administrator):
        client.force_login(editor)
        assert is_in(client)
        demand(administrator, Needed.EDITORS)
        assert not is_in(client)
        client.force_login(reporter)
        assert is_in(client)

    def test_nothing_else_of_the_desk_is_reached(self, client, newsroom, reporter, administrator):
        from django.urls import get_resolver, resolve

        from tests.accounts.test_signing_in import everything

        claim = factories.ClaimFactory()
        demand(administrator)
        client.force_login(reporter)
        tried = 0
        for pattern, _one in everything(get_resolver().url_patterns):
            address = "/" + re.sub(
                r"<[^>]*>", str(claim.pk), pattern.replace("^", "").replace("$", "").replace("\\Z", "")
            )
            if not address.startswith("/desk/") or "(" in address:
                continue
            name = resolve(address).view_name
            answer = client.get(address)
            if name not in SETTING_UP and name != "mfa_authenticate" and "reset_password" not in name:
                told = answer.status_code == 302 and answer["Location"] == reverse("account_no_factor")
                # Or what a reader without an account gets.
                assert told or answer.status_code in (404, 405) or "jsi18n" in name or name == "mail_off", (
                    address
                )
            tried += 1
        assert tried > 100
        assert client.post(reverse("admin:articles_claim_add"), {"statement": "x"})["Location"] == reverse(
            "account_no_factor"
        )

    def test_pages_and_api_answer_as_to_a_reader(self, client, newsroom, reporter, administrator):
        hidden = factories.ClaimFactory(status="dismissed")
        open_one = factories.ClaimFactory()
        client.force_login(reporter)
        address = f"/api/v1/claims/{hidden.pk}/"
        assert client.get(address).status_code == 200
        demand(administrator)
        assert client.get(address).status_code == 404
        assert client.get(f"/api/v1/claims/{open_one.pk}/").status_code == 200
        assert client.get(hidden.get_absolute_url()).status_code in (404, 410)
        assert client.get(open_one.get_absolute_url()).status_code == 200
        answer = client.post("/api/v1/claims/", {"statement": "x"}, content_type="application/json")
        assert answer.status_code in (401, 403)
        assert client.get("/nowhere/").status_code == 404

    def test_keys_work_as_issued(self, client, newsroom, reporter, administrator):
        hidden = factories.ClaimFactory(status="dismissed")
        _key, token = ApiKey.issue(reporter, reporter, "x", ["drafts"])
        demand(administrator)
        answer = client.get(f"/api/v1/claims/{hidden.pk}/", HTTP_AUTHORIZATION=f"Bearer {token}")
        assert answer.status_code == 200

    def test_a_new_password_does_not_skip_it(self, client, newsroom, reporter, capsys, clock):
        with_app(reporter)
        call_command("reset_password", "rita")
        link = capsys.readouterr().out.strip()
        address = link[link.index("/desk/") :]
        form = client.get(address, follow=True)
        client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
        assert not is_in(client)
        assert sign_in(client, password=NEW)["Location"] == reverse("mfa_authenticate")

    def test_only_administrators_demand_it_and_it_is_noted(self, newsroom, editor, administrator, client):
        client.force_login(administrator)
        do = reverse("admin:articles_newsroom_do", args=[1, "second_factor"])
        assert client.post(do, {"of": "editors", "seen": "99"}).status_code == 409
        assert client.post(do, {"of": "editors", "seen": "1"}).status_code == 302
        assert Newsroom.current().second_factor == "editors"
        assert entries() == [("factor_demanded", "", "ada")]
        other = Client()
        other.force_login(factories.UserFactory(role="reporter"))
        assert other.post(do, {"of": "nobody"}).status_code == 403

    def test_readers_are_not_told(self, client, newsroom, administrator):
        demand(administrator)
        for address in ("/", "/api/v1/"):
            assert "second_factor" not in client.get(address, follow=True).content.decode()
        assert "second_factor" not in newsroom.image()

    def test_costs_no_query(self, newsroom, reporter, client):
        from tests.query_counts import queries_of

        client.force_login(reporter)
        asked = queries_of(lambda: client.get(reverse("admin:articles_topic_changelist")))
        assert len(asked) <= 5


class TestTakenOff:
    def test_by_oneself(self, client, newsroom, reporter, clock):
        sign_in(client)
        set_up(client, clock)
        assert client.post(reverse("mfa_deactivate_totp"))["Location"] == reverse("account")
        assert not Authenticator.objects.exists(), "the recovery codes go with it"
        assert verbs()[-1] == "factor_removed"

    def test_by_an_administrator(self, client, newsroom, reporter, administrator, clock):
        secret = with_app(reporter)
        theirs = Client()
        sign_in(theirs)
        second_step(theirs, code_at(secret, clock.now))
        client.force_login(administrator)
        do = reverse("admin:articles_user_do", args=[reporter.pk, "second_factor_off"])
        assert client.post(do).status_code == 302
        assert not is_in(theirs), "its sessions end"
        assert sign_in(theirs)["Location"] == reverse("admin:index")
        assert ("factor_removed", "rita", "ada") in entries()
        assert client.post(do).status_code == 409

    def test_by_the_command(self, newsroom, reporter, capsys):
        with_app(reporter)
        call_command("reset_password", "rita", "--off-second-factor")
        assert not Authenticator.objects.exists()
        assert entries() == [("factor_removed", "rita", ""), ("link_made", "rita", "")]
        with pytest.raises(CommandError, match="has no second factor"):
            call_command("reset_password", "rita", "--off-second-factor")


def test_a_key_that_was_changed_reads_old_secrets(reporter, settings):
    secret = with_app(reporter)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, which is long enough to be one"
    assert codes.use(reporter, code_at(secret, NOW), NOW) is not None
