"""How often one may guess: exact across clients, and never for long against whose account it is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from articles.models import GuessCount, GuessKind
from articles.models.guessing import MOST, SPAN, Guessed, TooManyGuesses
from tests import factories
from tests.accounts.conftest import entries, is_in, sign_in, text_of, verbs
from tests.factories import PASSWORD

MANY = MOST[GuessKind.NAME]


@pytest.mark.django_db
class TestAtTheDoor:
    def test_ten_wrong_ones_and_the_right_one_waits(self, newsroom, reporter, clock):
        for _try in range(MANY):
            assert "There is no account" in text_of(sign_in(Client(), password="wrong"))
        answer = sign_in(Client())
        assert answer.status_code == 200
        assert "Too many wrong tries. Try again in 15 min (after 12:15 UTC)" in text_of(answer)
        clock.forward(minutes=14, seconds=59)
        assert "Try again in 1 min" in text_of(sign_in(Client()))
        clock.forward(seconds=2)
        assert sign_in(Client()).status_code == 302

    def test_a_name_nobody_has_is_answered_alike(self, newsroom, reporter, clock):
        for _try in range(MANY):
            for name in ("rita", "nobody"):
                sign_in(Client(), name, "wrong")
        said = {
            name: text_of(sign_in(Client(), name, "wrong")).replace(name, "NAME")
            for name in ("rita", "nobody")
        }
        assert said["rita"] == said["nobody"]
        assert "Too many wrong tries" in said["rita"]

    def test_spelt_otherwise_it_is_the_same_name(self, newsroom, reporter, clock):
        for name in ["rita", "RITA", " rita ", "ｒita"] * 3:
            answer = sign_in(Client(), name, "wrong")
        assert "Too many" in text_of(answer)

    def test_from_many_addresses_it_is_the_same_account(self, newsroom, reporter, clock):
        for number in range(MANY):
            sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), password="wrong")
        assert "Too many" in text_of(sign_in(Client(REMOTE_ADDR="192.0.2.99")))

    def test_many_names_from_one_address(self, newsroom, reporter, clock):
        for number in range(MOST[GuessKind.ADDRESS]):
            sign_in(Client(), f"name{number}", "wrong")
        assert "Too many" in text_of(sign_in(Client()))
        assert sign_in(Client(REMOTE_ADDR="192.0.2.1")).status_code == 302

    def test_a_stranger_does_not_lock_out_who_was_here_before(self, newsroom, reporter, clock):
        mine = Client()
        sign_in(mine)
        mine.post(reverse("account_logout"))
        for _try in range(MANY + 1):
            sign_in(Client(), password="wrong")
        assert sign_in(mine).status_code == 302 and is_in(mine)

    def test_the_browser_that_was_here_before_has_a_number_too(self, newsroom, reporter, clock):
        mine = Client()
        sign_in(mine)
        mine.post(reverse("account_logout"))
        for _try in range(MANY):
            sign_in(mine, password="wrong")
        assert "Too many" in text_of(sign_in(mine))

    def test_a_cookie_of_another_account_or_made_up_is_none(self, newsroom, reporter, editor, clock):
        mine = Client()
        sign_in(mine, "eda")
        value = mine.cookies[f"known_{editor.pk}"].value
        other = Client()
        other.cookies[f"known_{reporter.pk}"] = value
        for _try in range(MANY):
            sign_in(Client(), password="wrong")
        assert "Too many" in text_of(sign_in(other))

    def test_right_ones_wipe_the_number_of_the_account_not_of_the_address(self, newsroom, reporter, clock):
        for _try in range(5):
            sign_in(Client(), password="wrong")
        sign_in(Client())
        kept = {one.kind: len(one.times) for one in GuessCount.objects.all()}
        assert kept == {GuessKind.ADDRESS: 5}

    def test_an_administrator_lifts_it(self, newsroom, reporter, administrator, clock):
        for _try in range(MANY):
            sign_in(Client(), password="wrong")
        desk = Client()
        desk.force_login(administrator)
        page = desk.get(reverse("admin:articles_user_change", args=[reporter.pk])).content.decode()
        assert "Lift the lock-out" in page
        desk.post(reverse("admin:articles_user_do", args=[reporter.pk, "lift_lock"]))
        assert sign_in(Client()).status_code == 302
        assert ("lock_lifted", "rita", "ada") in entries()

    def test_the_list_says_once_that_somebody_is_locked_out(self, newsroom, reporter, clock):
        for _try in range(MANY + 5):
            sign_in(Client(), password="wrong")
        assert verbs() == ["sign_in_failed"] * MANY + ["locked_out"]

    def test_the_old_password_is_guessed_at_too(self, newsroom, reporter, clock):
        client = Client()
        client.force_login(reporter)
        sent = {
            "oldpassword": "wrong",
            "password1": "a long and fresh phrase",
            "password2": "a long and fresh phrase",
        }
        for _try in range(MANY):
            client.post(reverse("account_change_password"), sent)
        answer = client.post(reverse("account_change_password"), sent | {"oldpassword": PASSWORD})
        assert "Too many" in text_of(answer)
        for _try in range(3):
            answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        assert "Too many" in text_of(answer)


NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.django_db
class TestCounting:
    def test_fades(self):
        one = Guessed(GuessKind.CODE, "x")
        for second in range(MOST[GuessKind.CODE]):
            GuessCount.count([one], NOW + timedelta(seconds=second))
        with pytest.raises(TooManyGuesses) as refusal:
            GuessCount.count([one], NOW + SPAN - timedelta(seconds=1))
        assert refusal.value.until == NOW + SPAN
        assert GuessCount.count([one], NOW + SPAN), "one place is free, and this is it"
        with pytest.raises(TooManyGuesses):
            GuessCount.count([one], NOW + SPAN)

    def test_what_is_refused_counts_nowhere(self):
        full, other = Guessed(GuessKind.CODE, "x"), Guessed(GuessKind.NAME, "y")
        for _try in range(MOST[GuessKind.CODE]):
            GuessCount.count([full], NOW)
        with pytest.raises(TooManyGuesses):
            GuessCount.count([full, other], NOW)
        assert not GuessCount.objects.filter(kind=GuessKind.NAME).exclude(times=[]).exists()

    def test_no_name_and_no_address_is_kept(self, newsroom, reporter):
        sign_in(Client(REMOTE_ADDR="192.0.2.7"), "a-name-of-nobody", "wrong")
        kept = str(list(GuessCount.objects.values()))
        assert "a-name-of-nobody" not in kept and "192.0.2.7" not in kept


def test_at_once_no_more_than_one_after_the_other(committed_database):
    """Thirty guesses in the same moment, each on a connection of its own: exactly so many get through."""
    factories.newsroom()
    person = factories.UserFactory(username="rita")
    one = Guessed(GuessKind.NAME, "rita", person)

    def guess(_number: int) -> bool:
        try:
            GuessCount.count([one, Guessed(GuessKind.ADDRESS, "192.0.2.1")], NOW)
        except TooManyGuesses:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as many:
        assert sum(many.map(guess, range(30))) == MANY
    assert sorted(len(row.times) for row in GuessCount.objects.all()) == [MANY, MANY]
