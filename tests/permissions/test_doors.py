"""The permission table, held against the doors themselves: the desk, the API with a session or a key, the pages.

Each line is made once; what one role does to it is undone before the next one tries.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse

from articles.admin import desk
from articles.models import LedgerHead, Verdict, VerdictDraft
from tests.desk.conftest import as_loaded, button_of
from tests.factories import ApiKeyFactory
from tests.permissions.doors import (
    NO_PAGES,
    NO_RESOURCES,
    NOT_WRITTEN,
    PAGES,
    PATCHED,
    PRESSED,
    READ,
    RESOURCES,
    TAKEN_BACK,
    TYPED,
    VERBS,
)
from tests.permissions.table import ROLES, TABLE, Line, clear_the_way

# What a key with these scopes is for; None of them takes in managing accounts, keys and receivers.
READS, WRITES, PUBLISHES = {"drafts", "write", "publish"}, {"write", "publish"}, {"publish"}
KEYS = [
    *(("administrator", scope) for scope in ("", "import", "drafts", "write", "publish")),
    *((role, scope) for role in ("editor", "reporter") for scope in ("write", "publish")),
]
# How a door says no to what somebody sees: this person may not, or not as the row stands.
NO = {403, 409}


def lines() -> Any:
    names = [line.state.replace(" ", "_").replace(",", "").replace("'", "") for line in TABLE]
    return pytest.mark.parametrize("line", TABLE, ids=names)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def client_of(people: dict[str, Any], role: str) -> Client:
    client = Client()
    if role != "stranger":
        client.force_login(people[role])
    return client


def state_of(row: Any) -> Any:
    """Return all that a write could change: the row, and how far the ledger is."""
    columns = type(row)._base_manager.filter(pk=row.pk).values().first()
    return columns, LedgerHead.objects.values("seq").first(), Verdict.objects.count()


def noun_of(row: Any) -> str:
    return row._meta.model_name


@lines()
def test_the_doors(line: Line, people):
    row = line.make(people)
    for role in ROLES:
        client, rights = client_of(people, role), line.rights(role)
        see_the_page(client, row, role, rights)
        use_the_desk(client, row, role, rights)
        if noun_of(row) in RESOURCES:
            use_the_api(client, row, role, rights)


@lines()
def test_keys(line: Line, people):
    """A key does what its scopes say, as far as its owner may; publishing takes in all that its owner may."""
    row = line.make(people)
    if noun_of(row) not in RESOURCES:
        return
    for role, scope in KEYS:
        rights, holder = line.rights(role), f"{role} with “{scope}”"
        key = ApiKeyFactory(owner=people[role], scopes=(scope,) if scope else ())
        client = Client(headers={"Authorization": f"Bearer {key.token}"})
        sees = "s" in (rights if scope in READS else line.rights("stranger"))
        assert client.get(address(row)).status_code == (200 if sees else 404), f"{holder} sees"
        with undone():
            wrote, answer = write_by_api(client, row)
        if wrote is not None:
            assert wrote <= ("e" in rights and scope in WRITES), f"{holder} edits: {answer.content!r}"
            assert wrote or "e" not in rights or scope != "publish", f"{holder} edits: {answer.content!r}"
        with undone():
            decided, answer = decide_by_api(client, row)
        if decided is not None:
            allowed = bool(rights & {"p", "w"}) and scope in PUBLISHES
            assert decided == allowed, f"{holder} decides: {answer.content!r}"


def refusals(role: str, rights: set[str], no: set[int], asked_in: int) -> set[int]:
    """Return how a door may say no: `no` to who sees the row; strangers are asked who they are, or see nothing."""
    if role == "stranger":
        return {asked_in, 404} if asked_in == 401 else {asked_in}
    return no if "s" in rights else {404}


# --- pages --------------------------------------------------------------------------------------------------------


def see_the_page(client: Client, row: Any, role: str, rights: set[str]) -> None:
    """What one may see is a page; what one may not is not there, or there no longer. What was merged leads on."""
    if noun_of(row) not in PAGES:
        return
    merged = getattr(row, "merged_into_id", None) is not None
    sees = {301, 302, 307, 308} if merged else {200}
    status = client.get(row.get_absolute_url()).status_code
    assert status in (sees if "s" in rights else {404, 410}), f"{role} sees the page: {status}"


# --- the desk -----------------------------------------------------------------------------------------------------


def use_the_desk(client: Client, row: Any, role: str, rights: set[str]) -> None:
    page = client.get(page_of_form(row))
    expected = 302 if role == "stranger" else 200 if "s" in rights else 404
    assert page.status_code == expected, f"{role} sees it at the desk"
    if role == "stranger":
        assert page["Location"].startswith(reverse("admin:login"))
    with undone():
        wrote, answer = write_at_desk(client, row, page)
    if wrote is not None:
        assert wrote == ("e" in rights), f"{role} edits at the desk: {answer.status_code}"
    if wrote is False:
        no = {403} if noun_of(row) in TYPED else NO
        assert answer.status_code in refusals(role, rights, no, 302), f"{role} edits: {answer.status_code}"
    with undone():
        decided, answer = decide_at_desk(client, row)
    if decided is not None:
        assert decided == bool(rights & {"p", "w"}), f"{role} decides at the desk: {answer.status_code}"
    if decided is False:
        # Who sees it, and is told what stands in the way, is sent back to its page.
        allowed = refusals(role, rights, NO | {302}, 302)
        assert answer.status_code in allowed, f"{role} decides: {answer.status_code}"


def page_of_form(row: Any) -> str:
    return reverse(f"admin:articles_{noun_of(row)}_change", args=[row.pk])


def write_at_desk(client: Client, row: Any, page: Any) -> tuple[bool | None, Any]:
    """Return whether the row was written, and the answer; None where the desk has nothing to write of it."""
    noun, before = noun_of(row), state_of(row)
    seen = str(getattr(row, "revision", ""))
    if noun in TYPED:
        form = page.context and page.context.get("adminform")
        sent = as_loaded(page) if form and form.form.fields else {"seen_revision": seen}
        answer = client.post(page_of_form(row), sent | TYPED[noun])
    elif noun in PRESSED:
        name, asked = PRESSED[noun](row)
        if not name:
            return None, None
        answer = client.post(button_of(row, name), {"seen": seen, **asked})
    else:
        answer = client.post(page_of_form(row), {"seen_revision": "1", "text": "x", "name": "x"})
        assert state_of(row) == before and answer.status_code in (302, 403, 404)
        return None, None
    return state_of(row) != before, answer


def decide_at_desk(client: Client, row: Any) -> tuple[bool | None, Any]:
    """Return whether what readers see has changed, and the answer; None of what nobody publishes or withdraws."""
    decision = decision_on(row)
    if decision is None:
        return None, None
    name, asked = decision
    before = state_of(row)
    answer = client.post(button_of(row, name), {"seen": str(getattr(row, "revision", "")), **asked})
    return state_of(row) != before, answer


def decision_on(row: Any) -> tuple[str, dict[str, str]] | None:
    """Return the verb that decides what readers see of this row, and what it asks for."""
    if isinstance(row, VerdictDraft):
        if row.state == "submitted":
            clear_the_way(row)
        return "publish", {}
    return ("withdraw", {"note": "It was wrong."}) if isinstance(row, Verdict) else None


# --- the API ------------------------------------------------------------------------------------------------------


def use_the_api(client: Client, row: Any, role: str, rights: set[str]) -> None:
    status = client.get(address(row)).status_code
    assert status == (200 if "s" in rights else 404), f"{role} sees it in the API: {status}"
    for does, letters in ((write_by_api, {"e"}), (decide_by_api, {"p", "w"})):
        with undone():
            wrote, answer = does(client, row)
        if wrote is not None:
            assert wrote == bool(rights & letters), f"{role} by the API: {answer.content!r}"
        if wrote is False:
            allowed = refusals(role, rights, NO, 401)
            assert answer.status_code in allowed, f"{role} by the API: {answer.content!r}"


def address(row: Any) -> str:
    return f"/api/v1/{RESOURCES[noun_of(row)](row)}"


def send(client: Client, method: str, path: str, row: Any, body: Any) -> Any:
    tag = f'"{noun_of(row)}-{row.pk}-r{getattr(row, "revision", 0)}"'
    if not hasattr(row, "revision") and method != "POST":
        tag = client.get(path).headers.get("ETag", tag)
    return client.generic(
        method, path, json.dumps(body), content_type="application/json", headers={"If-Match": tag}
    )


def write_by_api(client: Client, row: Any) -> tuple[bool | None, Any]:
    """Return whether the row was written, and the answer; None where the API has nothing to write of it."""
    noun, before = noun_of(row), state_of(row)
    if noun in TAKEN_BACK:
        answer = send(client, "DELETE", address(row), row, {})
    elif noun in VERBS:
        verb = VERBS[noun](row)
        if not verb:
            return None, None
        answer = client.post(f"{address(row)}{verb}/", "{}", content_type="application/json")
    else:
        answer = send(client, "PATCH", address(row), row, PATCHED.get(noun, {"id": 1}))
        if noun in READ:
            assert answer.status_code == 405 and state_of(row) == before
            return None, None
    return state_of(row) != before, answer


def decide_by_api(client: Client, row: Any) -> tuple[bool | None, Any]:
    decision = decision_on(row)
    if decision is None:
        return None, None
    name, asked = decision
    before = state_of(row)
    answer = client.post(f"{address(row)}{name}/", json.dumps(asked), content_type="application/json")
    return state_of(row) != before, answer


# --- nothing is left out ------------------------------------------------------------------------------------------

NOUNS = {model._meta.model_name for model in apps.get_app_config("articles").get_models()}


def test_every_noun_says_what_it_has_at_each_door():
    for has, has_not in (
        (PAGES, NO_PAGES),
        (set(RESOURCES), NO_RESOURCES),
        (TYPED.keys() | PRESSED.keys(), NOT_WRITTEN),
    ):
        assert not has & has_not and has | has_not == NOUNS
    written = (PATCHED.keys(), TAKEN_BACK, VERBS.keys(), READ)
    assert sorted(RESOURCES) == sorted(noun for nouns in written for noun in nouns)
    assert not TYPED.keys() & PRESSED.keys()


def test_what_is_typed_at_the_desk_is_what_its_forms_have():
    forms = {noun_of(model): record_admin.written_fields() for model, record_admin in desk._registry.items()}
    assert {noun for noun, fields in forms.items() if fields} == TYPED.keys()
    for noun, change in TYPED.items():
        assert change.keys() <= set(forms[noun]), noun


def test_every_state_of_every_noun_has_a_line(people):
    """A column that says how a row stands: each of its values is that of some line."""
    # A newer text overtakes proposals; whether it overtook a suggestion is asked of the text.
    met: dict[tuple[str, str], set[str]] = {("suggestion", "state"): {"overtaken"}}
    for line in TABLE:
        with undone():
            row = line.make(people)
            row = type(row)._base_manager.get(pk=row.pk)
            for field in row._meta.concrete_fields:
                if field.choices and field.name in ("state", "status", "visibility", "reply_state"):
                    met.setdefault((noun_of(row), field.name), set()).add(getattr(row, field.name))
    for (noun, name), values in met.items():
        field = apps.get_model("articles", noun)._meta.get_field(name)
        assert values == {value for value, _label in field.choices}, f"{noun}.{name}"
