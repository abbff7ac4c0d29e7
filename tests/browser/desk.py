"""A desk with one of everything in every state, and the addresses of all its pages.

`ROUTES` says of every route below `/desk/` which pages it has, `NOT_PAGES` names those that answer programs or lead
elsewhere; a test compares the two with the address table, so that a new page cannot stay outside the checks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.apps import apps
from django.http import JsonResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from articles import models
from articles.admin import desk
from articles.mailing import off_token
from articles.vocabulary import SourceKind
from tests import factories as f
from tests.accounts.conftest import with_app
from tests.browser.shelf import Shelf, as_sent
from tests.desk.conftest import as_loaded
from tests.desk.test_doors import row_of
from tests.pages.everything import Everything, everything
from tests.permissions.table import TABLE

NOUNS = sorted(apps.get_app_config("articles").get_models(), key=lambda model: model._meta.model_name)
NAMES = {model._meta.model_name: model for model in NOUNS}
# Whose pages are judged; what the second sees as the first does is judged once.
ROLES = ("editor", "administrator")
#: As many rows of one noun have their pages judged, the rest are in its list; of these nouns all, in every state.
ROWS = 2
WHOLE = {
    *("article", "arrival", "suggestion", "anchorproposal", "claim", "evidence", "verdictdraft", "verdict"),
    *("complaint", "assessment", "source", "sourceversion", "submission", "reviewtask"),
}

PASTED = ("https://court.example/2024/17", "Harbour v. Bridge, No. 2:24-cv-01234 (2024)")


@dataclass
class World:
    """The rows of a desk by noun, and who works there."""

    people: dict[str, Any]
    record: Everything
    rows: dict[str, list[Any]]

    def of(self, noun: str) -> list[Any]:
        rows = self.rows[noun]
        return rows if noun in WHOLE else rows[:ROWS]


def world() -> World:
    """Make one of everything: what readers see, and each line of the permission table."""
    record = everything()
    people = {role: f.UserFactory(role=role) for role in ("reporter", "editor", "administrator")}
    people["other"] = f.UserFactory()
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in (record.article, record.claim, record.withdrawn, record.case, record.report, record.claimant):
        rows[row._meta.model_name].append(row)
    for line in TABLE:
        row = line.make(people)
        rows[row._meta.model_name].append(row)
    for model in NOUNS:
        if not rows[model._meta.model_name]:
            rows[model._meta.model_name].append(row_of(model))
    return World(people, record, rows)


def desk_routes(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Return the names of all routes below /desk/; of one without a name, its pattern."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        where = before + str(one.pattern)
        if isinstance(one, URLResolver) and (before or where in ("desk/", "")):
            yield from desk_routes(one.url_patterns, where)
        elif isinstance(one, URLPattern) and where.startswith("desk/"):
            yield one.name or where


# What is asked of the desk, and by whom.


@dataclass
class Seat:
    """Somebody signed in at a desk."""

    world: World
    role: str
    client: Client

    def buttons(self, row: Any) -> list[Any]:
        user = self.world.people[self.role]
        return [one for one in desk._registry[type(row)].buttons if one.is_for(user, row)]


def at(name: str, *args: Any, **query: Any) -> str:
    where = reverse(name if name in UNPREFIXED else f"admin:{name}", args=args)
    return f"{where}?{urlencode(query)}" if query else where


UNPREFIXED = {"my_mail", "mail_off", "account", "account_sessions"}
Pages = Callable[[Seat], Iterator[Any]]


def _here(name: str, **query: Any) -> Pages:
    return lambda seat: iter([at(name, **query)])


def _list(seat: Seat, noun: str) -> Iterator[Any]:
    yield at(f"articles_{noun}_changelist")
    if desk._registry[NAMES[noun]].search_fields:
        yield at(f"articles_{noun}_changelist", q="nothing-of-the-kind-anywhere")


def _add(seat: Seat, noun: str) -> Iterator[Any]:
    address = at(f"articles_{noun}_add")
    yield address
    yield address, seat.client.post(address, {})


def _change(seat: Seat, noun: str) -> Iterator[Any]:
    for row in seat.world.of(noun):
        yield at(f"articles_{noun}_change", row.pk)


def _history(seat: Seat, noun: str) -> Iterator[Any]:
    """One template for all nouns: of the others it is asked whether they open (tests/desk/test_doors.py)."""
    if noun in WHOLE:
        yield at(f"articles_{noun}_history", seat.world.rows[noun][0].pk)


def _delete(seat: Seat, noun: str) -> Iterator[Any]:
    """Nothing is deleted here, and the page says so."""
    if noun == "claim":
        yield at(f"articles_{noun}_delete", seat.world.rows[noun][0].pk)


def _do(seat: Seat, noun: str) -> Iterator[Any]:
    """Each button once, of the first row that has it; as it asks, and as it asks again."""
    asked = set()
    for row in seat.world.of(noun):
        for button in seat.buttons(row):
            if button.name not in asked:
                asked.add(button.name)
                address = at(f"articles_{noun}_do", row.pk, button.name)
                yield address
                yield address, seat.client.post(address, {"seen": "no number"})


def _bulk(seat: Seat, noun: str) -> Iterator[Any]:
    rows = [row.pk for row in seat.world.rows[noun]]
    for action in desk._registry[NAMES[noun]].actions or ():
        chosen = {"action": action.name, "index": "0", "_selected_action": rows}
        address = at(f"articles_{noun}_changelist")
        yield address, seat.client.post(address, chosen)
        # Garbage for revisions: nothing is done, and the report says so of each row.
        unseen = {"_selected_action": rows, **{f"seen_{pk}": "0" for pk in rows}}
        address = at(f"articles_{noun}_bulk", action.name)
        yield address, seat.client.post(address, unseen)


KINDS: dict[str, Callable[[Seat, str], Iterator[Any]]] = {
    "changelist": _list,
    "add": _add,
    "change": _change,
    "history": _history,
    "do": _do,
    "bulk": _bulk,
    "delete": _delete,
}


# What has an address of its own.


def _queue(seat: Seat) -> Iterator[Any]:
    for queue in desk.queues_of(seat.world.people[seat.role]):
        yield queue.url
    yield f"{queue.url}?after=0"


def _article_workbench(seat: Seat) -> Iterator[Any]:
    for row in seat.world.of("article"):
        yield at("articles_article_workbench", row.pk)
    yield at("articles_article_workbench", seat.world.record.article.pk, version=1)
    suggestion = seat.world.rows["suggestion"][0]
    article = suggestion.article_version.article_id
    yield at("articles_article_workbench", article, open=f"suggestion-{suggestion.pk}")


def _already(seat: Seat) -> Iterator[Any]:
    """As the workbench asks for it: the version it shows is in the address."""
    told = {}
    for address in _article_workbench(seat):
        page = seat.client.get(address)
        if page.status_code == 200 and page.context["already_url"]:
            told[page.context["already_url"]] = True
    yield from told


def _claim_workbench(seat: Seat) -> Iterator[Any]:
    for row in seat.world.of("claim"):
        yield at("articles_claim_workbench", row.pk)
    claim, version = seat.world.record.claim, seat.world.rows["sourceversion"][0]
    yield at("articles_claim_workbench", claim.pk, find="x")
    yield at("articles_claim_workbench", claim.pk, version=version.pk)
    yield at("articles_claim_workbench", claim.pk, edit=seat.world.rows["evidence"][0].pk)


def _passage(seat: Seat) -> Iterator[Any]:
    address = at("articles_claim_passage", seat.world.record.claim.pk)
    version = seat.world.record.case.versions.first()
    for words in ("The bridge cost four million euros.", ""):
        sent = {"source_version": version.pk, "stance": "supports", "passage": words}
        yield address, seat.client.post(address, sent)


def _source_steps(seat: Seat) -> Iterator[Any]:
    yield from _add(seat, "source")
    for pasted in PASTED:
        yield at("articles_source_add", pasted=pasted)
    for kind in SourceKind:
        yield at("articles_source_add", kind=kind.value)


def _version_preview(seat: Seat) -> Iterator[Any]:
    yield from _add(seat, "sourceversion")
    source = seat.world.record.report
    address = at("articles_sourceversion_add", source=source.pk)
    yield address
    sent = {"source": source.pk, "copy_quality": "primary", "rights": "excerpt", "_preview": "x"}
    answer = seat.client.post(address, {**sent, "text": "The bridge cost six million dollars."})
    assert answer.context["preview"]
    yield address, answer


def _preview(seat: Seat) -> Iterator[Any]:
    for row in seat.world.of("verdictdraft"):
        yield at("articles_verdictdraft_preview", row.pk)


def _conflict(noun: str) -> Pages:
    """Return the pages of a noun, and the one on which somebody else was faster."""

    def pages(seat: Seat) -> Iterator[Any]:
        yield from _change(seat, noun)
        for row in seat.world.of(noun):
            page = seat.client.get(at(f"articles_{noun}_change", row.pk))
            if page.status_code == 200 and page.context.get("has_change_permission"):
                stale = {**as_loaded(page), "seen_revision": "0"}
                yield page.request["PATH_INFO"], seat.client.post(page.request["PATH_INFO"], stale)
                return

    return pages


def _hand_in(seat: Seat) -> Iterator[Any]:
    address = at("articles_article_hand_in")
    yield address
    yield address, seat.client.post(address, {})
    yield address, seat.client.post(address, {"text": "", "name": "nothing.txt", "several": []})


def _my_mail(seat: Seat) -> Iterator[Any]:
    yield at("my_mail")
    yield at("my_mail"), seat.client.post(at("my_mail"), {"kinds": ["x"]})


def _mail_off(seat: Seat) -> Iterator[Any]:
    yield at("mail_off", off_token(seat.world.people["other"], models.MailKind.DEADLINE))
    yield at("mail_off", "garbled")


def _account(seat: Seat) -> Iterator[Any]:
    yield at("account")
    yield at("account"), seat.client.post(at("account"), {"display_name": ""})


def _sessions(seat: Seat) -> Iterator[Any]:
    for who in (seat.role, "reporter"):
        yield at("account_sessions", seat.world.people[who].pk)


def _sign_in(seat: Seat) -> Iterator[Any]:
    address, client = reverse("account_login"), Client()
    yield address, client.get(address)
    yield address, client.post(address, {"login": "nobody", "password": "wrong"})


def _in_by_form(person: Any) -> Client:
    """Sign somebody in by the form: whoever came in otherwise is asked for the password again."""
    client = Client()
    client.post(reverse("account_login"), {"login": person.username, "password": f.PASSWORD})
    return client


def _asked(name: str, wrong: dict[str, str] | None = None, *, factor: bool | None = None) -> Pages:
    """Return a page of the account as somebody sees it who signed in a moment ago, and as it answers to garbage.

    `factor`: with an app, or while the code of the app is still asked for; None is neither.
    """

    def pages(seat: Seat) -> Iterator[Any]:
        person, address = f.UserFactory(role=seat.role), reverse(name)
        client = _in_by_form(person)
        if factor is not None:
            with_app(person)
        if factor is False:
            client = _in_by_form(person)
        yield address, client.get(address, follow=True)
        if wrong is not None:
            yield address, client.post(address, wrong, follow=True)

    return pages


def _recovery_codes(seat: Seat) -> Iterator[Any]:
    yield from _asked("mfa_generate_recovery_codes", {}, factor=True)(seat)


def _no_factor(seat: Seat) -> Iterator[Any]:
    """Who is to have a second factor and has none sees this in the place of the desk."""
    newsroom, administrator = models.Newsroom.current(), f.some_administrator()
    address = reverse("admin:index")
    newsroom.demand_second_factor(administrator, models.Needed.EVERYBODY)
    yield address, _in_by_form(f.UserFactory()).get(address, follow=True)
    newsroom.refresh_from_db()
    newsroom.demand_second_factor(administrator, models.Needed.NOBODY)


def _new_password(seat: Seat) -> Iterator[Any]:
    person = seat.world.people["other"]
    good = default_token_generator.make_token(person)
    for key in (good, "cut-off"):
        address = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])
        yield address, Client().get(address, follow=True)


def _open(name: str) -> Pages:
    """Return a page that is there for whoever is not signed in."""
    return lambda seat: iter([(reverse(name), Client().get(reverse(name)))])


def _refusals(seat: Seat) -> Iterator[Any]:
    """What can go wrong: nothing there, a verb that is for others, one of somebody who saw an older row."""
    yield at("articles_claim_change", 999_999)
    draft = next(one for one in seat.world.rows["verdictdraft"] if one.state == "submitted")
    reporter = Client()
    reporter.force_login(seat.world.people["reporter"])
    address = at("articles_verdictdraft_do", draft.pk, "hand-back")
    yield address, reporter.post(address, {"note": "See the second source.", "seen": draft.revision})
    claim = at("articles_claim_do", seat.world.record.claim.pk, "dismiss")
    yield claim, seat.client.post(claim, {"reason": "It is no claim.", "seen": "0"})
    yield "/desk/nothing-of-the-kind/"


#: Name of the route → its pages; every noun has those of `KINDS` besides.
ROUTES: dict[str, Pages] = {
    "index": _here("index"),
    "app_list": lambda seat: iter([at("app_list", "articles")]),
    "queue": _queue,
    "articles_article_workbench": _article_workbench,
    "articles_article_already": _already,
    "articles_article_hand_in": _hand_in,
    "articles_claim_workbench": _claim_workbench,
    "articles_claim_passage": _passage,
    "articles_claim_change": _conflict("claim"),
    "articles_verdictdraft_change": _conflict("verdictdraft"),
    "articles_source_add": _source_steps,
    "articles_sourceversion_add": _version_preview,
    "articles_verdictdraft_preview": _preview,
    "my_mail": _my_mail,
    "mail_off": _mail_off,
    "account": _account,
    "account_sessions": _sessions,
    "account_login": _sign_in,
    "account_logout": _asked("account_logout"),
    "account_change_password": _asked("account_change_password", {"oldpassword": "wrong"}),
    "password_change_done": _here("password_change_done"),
    "account_reset_password": _open("account_reset_password"),
    "account_reset_password_done": _open("account_reset_password_done"),
    "account_reset_password_from_key": _new_password,
    "account_reset_password_from_key_done": _open("account_reset_password_from_key_done"),
    "account_reauthenticate": _asked("account_reauthenticate", {"password": "wrong"}),
    "account_no_factor": _no_factor,
    "mfa_authenticate": _asked("mfa_authenticate", {"code": "000000"}, factor=False),
    "mfa_reauthenticate": _asked("mfa_reauthenticate", {"code": "000000"}, factor=True),
    "mfa_activate_totp": _asked("mfa_activate_totp", {"code": "000000"}),
    "mfa_deactivate_totp": _asked("mfa_deactivate_totp", factor=True),
    "mfa_generate_recovery_codes": _recovery_codes,
}
#: What answers programs, leads elsewhere, or is another name of a page above.
NOT_PAGES = {
    *(
        "login",
        "logout",
        "password_change",
        "autocomplete",
        "jsi18n",
        "view_on_site",
        "articles_source_recognise",
        "articles_original_bytes",
    ),
    *(
        "articles_suggestion_in_text",
        "articles_keptform_keep",
        "articles_keptform_offers",
        "articles_keptform_forget",
        "articles_newsroom_logo",
    ),
    # From Django: an address without its last word leads on to the form, any other is not there.
    *(f"desk/articles/{noun}/<path:object_id>/" for noun in NAMES),
    "desk/(?P<url>.*)$",
}


def pages_of(name: str) -> Pages | None:
    """Return the pages of a route; None of one that nobody has named."""
    if name in ROUTES:
        return ROUTES[name]
    noun, _, kind = name.removeprefix("articles_").partition("_")
    return (lambda seat: KINDS[kind](seat, noun)) if noun in NAMES and kind in KINDS else None


_TAG = re.compile(r"<(\w+)([^>]*)>")
_SHAPE = re.compile(r'\b(class|type|role|id|for|name|aria-[\w-]+)="([^"]*)"')


def shape_of(body: str) -> frozenset[str]:
    """Return which elements a page has, whatever stands in them and however often: pages of one shape are one page."""
    main = body[body.find("<main") :]
    return frozenset(
        f"{tag} {sorted((name, re.sub('[0-9]+', '', value)) for name, value in _SHAPE.findall(rest))}"
        for tag, rest in _TAG.findall(main)
    )


@dataclass
class DeskShelf(Shelf):
    """`templates`: the first page of each template."""

    templates: dict[str, str] = field(default_factory=dict)


def _keep_beside(shelf: DeskShelf, seat: Seat, answer: Any) -> None:
    """Keep what the script of a page asks for as soon as it is open: a workbench, what is on record already."""
    asked = answer.context and answer.context.get("already_url")
    if asked and asked not in shelf.beside:
        shelf.beside[asked] = as_sent(seat.client.get(asked))


def desk_pages() -> DeskShelf:
    """Return every page of a desk with one of everything, one of each shape, each as it is answered."""
    shelf, made, shapes = DeskShelf(), world(), set()
    for role in ROLES:
        seat = Seat(made, role, Client())
        seat.client.force_login(made.people[role])
        for pages in [*filter(None, map(pages_of, dict.fromkeys(desk_routes()))), _refusals]:
            for found in pages(seat):
                address, answer = found if isinstance(found, tuple) else (found, seat.client.get(found))
                if answer.status_code in (301, 302):
                    continue
                assert answer.status_code < 500, (address, answer.status_code)
                shape = shape_of(answer.content.decode())
                if shape not in shapes:
                    shapes.add(shape)
                    # Two people see one address differently, and what was sent answers at the address of its form.
                    joint = "&" if "?" in address else "?"
                    kept = shelf.put(
                        f"{address}{joint}page={len(shapes)}-{role}-{answer.status_code}", answer
                    )
                    shelf.templates.setdefault(answer.templates[0].name, kept)
                    _keep_beside(shelf, seat, answer)
    # What pages ask for by themselves: the words of Django's scripts, what was pasted, and whether a
    # form was begun here.
    words = reverse("admin:jsi18n")
    shelf.beside[words] = as_sent(seat.client.get(words))
    for pasted in PASTED:
        asked = f"{reverse('admin:articles_source_recognise')}?{urlencode({'pasted': pasted})}"
        shelf.beside[asked] = as_sent(seat.client.get(asked))
    shelf.beside[reverse("admin:articles_keptform_offers")] = as_sent(JsonResponse({"offers": {}}))
    # What was recognised is written into the form, and what stands there is kept.
    kept = {"token": "", "at": "2026-05-04T12:00:00+00:00"}
    shelf.beside[reverse("admin:articles_keptform_keep")] = as_sent(JsonResponse(kept))
    return shelf
