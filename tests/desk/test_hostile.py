"""Whatever is sent to the desk, the answer is a page or a sentence."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles import models
from articles.admin import desk
from tests import factories, hostile
from tests.desk.conftest import add_to, as_loaded, button_of, list_of, page_of
from tests.desk.test_doors import NOUNS

# One of each family; the whole corpus goes through the same doors in the slow run.
FAMILIES = ("beyond_bigint", "five_thousand_digits", "word", "negative", "html_script", "sql_or_true")
SAMPLE = [one for one in [*hostile.NUMBERS, *hostile.INJECTIONS] if one.name in FAMILIES]
REST = [one for one in [*hostile.NUMBERS, *hostile.INJECTIONS] if one not in SAMPLE]


def sample_then_all(sample=SAMPLE, rest=REST):
    return [
        *hostile.each(sample),
        *(pytest.param(one.value, id=one.name, marks=pytest.mark.slow) for one in rest),
    ]


@pytest.fixture
def client(sign_in):
    """An administrator, whom the desk refuses least."""
    return sign_in("administrator")


@pytest.mark.parametrize(
    "text", hostile.each(hostile.QUERIES, hostile.INJECTIONS, hostile.LETTERS, hostile.LONG)
)
def test_searching_a_list(client, text):
    factories.ClaimFactory()
    assert client.get(list_of(models.Claim), {"q": text}).status_code == 200


def test_searching_every_list_for_too_much(client):
    for model in NOUNS:
        assert client.get(list_of(model), {"q": "b" * 50_001}).status_code == 200, model
        assert client.get(list_of(model), {"q": "9" * 300}).status_code == 200, model


@pytest.mark.parametrize("text", sample_then_all([*SAMPLE, *hostile.QUERIES]))
def test_searching_behind_a_field(client, text):
    factories.ClaimFactory()
    wanted = {"app_label": "articles", "model_name": "evidence", "field_name": "claim"}
    assert client.get(reverse("admin:autocomplete"), {**wanted, "term": text}).status_code == 200
    assert client.get(reverse("admin:autocomplete"), {**wanted, "page": text}).status_code in (200, 404)


@pytest.mark.parametrize(
    "wanted",
    [
        {}, {"app_label": "articles"}, {"app_label": "auth", "model_name": "group", "field_name": "permissions"},
        {"app_label": "articles", "model_name": "claim", "field_name": "statement"},
        {"app_label": "articles", "model_name": "claim", "field_name": "nothing"},
        {"app_label": "articles", "model_name": "user", "field_name": "password"},
        {"app_label": "admin", "model_name": "logentry", "field_name": "user"},
    ],
)  # fmt: skip
def test_searching_behind_no_field(client, wanted):
    assert client.get(reverse("admin:autocomplete"), wanted).status_code in (200, 400, 403, 404)


@pytest.mark.parametrize("text", hostile.each(hostile.UNSTORABLE[:2]))
def test_nul_in_an_address(client, text):
    for name in ("q", "status__exact", "p", "o", "_changelist_filters"):
        assert client.get(list_of(models.Claim), {name: text}).status_code == 400


FORGED = [
    "status__exact", "status__foo", "nothing__exact", "created_by__password__startswith", "id__in", "id__exact", "id",
    "created_at__gte", "created_at__lt", "created_at__year", "asserted_latest__gte", "asserted_latest__isnull", "p",
    "o", "all", "e", "_facets", "_popup", "_to_field", "verdict", "topics__id__exact", "statement__regex", "pk__in",
    "merged_into__isnull", "_changelist_filters",
]  # fmt: skip


ASKED = [
    "", "open", "1", "-1", "9" * 40, "9" * 5_000, "1e999", "a,b", "2024-02-30", "0001-01-01T00:00:00+14:00",
    "0001-01-01 00:00:00+14:00", "9999-12-31 00:00:00-14:00", "2024-01-01 00:00:00+99:99", "(", "' OR 1=1 --",
]  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_forged_lookups(client, name):
    factories.ClaimFactory(rating="supported")
    for value in ASKED:
        answer = client.get(list_of(models.Claim), {name: value})
        assert answer.status_code in (200, 302, 400), (name, value)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORGED)
def test_forged_lookups_with_everything(client, name):
    factories.ClaimFactory(rating="supported")
    for one in [*hostile.NUMBERS, *hostile.DATES, *hostile.INJECTIONS]:
        assert client.get(list_of(models.Claim), {name: one.value}).status_code in (200, 302, 400), (
            name,
            one.name,
        )


def test_days_as_filters_send_them(client):
    factories.ClaimFactory()
    page = client.get(list_of(models.Claim))
    asked = [
        choice["query_string"]
        for one in page.context["cl"].filter_specs
        for choice in one.choices(page.context["cl"])
    ]
    assert len(asked) > 20
    for query in asked:
        assert client.get(f"{list_of(models.Claim)}{query}").status_code == 200, query


def test_forged_lookups_on_every_list(client):
    for model in NOUNS:
        for query in (
            "id__exact=99999999999999999999", "o=99.-1.x", "p=99999", "all=", "e=1", "_to_field=password",
            "created_by__password__contains=a", "at__gte=x",
        ):  # fmt: skip
            assert client.get(f"{list_of(model)}?{query}").status_code in (200, 302, 400), (model, query)


def test_facets_count_every_filter(client):
    factories.ClaimFactory(rating="supported")
    for model in NOUNS:
        assert client.get(f"{list_of(model)}?_facets=True").status_code == 200


@pytest.mark.parametrize("value", sample_then_all())
def test_forms_filled_from_the_address(client, value):
    """Whatever a link says, the form opens."""
    for model, record_admin in desk._registry.items():
        if record_admin.add_fields and model is not models.User:
            names = record_admin.add_fields
            assert client.get(add_to(model), dict.fromkeys(names, value)).status_code == 200, (model, value)


@pytest.mark.parametrize("value", sample_then_all())
def test_forms_filled_with_garbage(client, value):
    for model, record_admin in desk._registry.items():
        if record_admin.add_fields:
            answer = client.post(add_to(model), dict.fromkeys(record_admin.add_fields, value))
            assert answer.status_code in (200, 302, 400), (model, value)


@pytest.mark.parametrize(
    "text",
    sample_then_all(
        hostile.INJECTIONS[:12],
        [*hostile.INJECTIONS[12:], *hostile.CONTROLS, *hostile.LETTERS, *hostile.LONG],
    ),
)
def test_whatever_is_typed_is_shown_as_text(client, text):
    claim = factories.ClaimFactory()
    sent = as_loaded(client.get(page_of(claim))) | {"statement": text}
    assert client.post(page_of(claim), sent).status_code in (200, 302)
    claim.refresh_from_db()
    for address in (page_of(claim), list_of(models.Claim), reverse("admin:index")):
        page = client.get(address)
        assert page.status_code == 200
        assert "<script>alert(1)" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()


@pytest.mark.parametrize("value", hostile.each(hostile.UNSTORABLE))
def test_what_cannot_be_stored_is_refused(client, value):
    claim = factories.ClaimFactory()
    sent = as_loaded(client.get(page_of(claim))) | {"statement": value}
    assert (
        client.post(page_of(claim), {**sent, "statement": value.encode("utf-8", "surrogatepass")}).status_code
        < 500
    )
    claim.refresh_from_db()
    assert claim.revision == 1 or "\x00" not in claim.statement


@pytest.mark.parametrize("value", sample_then_all())
def test_buttons_with_garbage(client, value):
    rows = [factories.ClaimFactory(), factories.SourceFactory(), factories.EvidenceFactory(),
            factories.VerdictDraftFactory(state="submitted"), factories.VerdictFactory(), factories.RatingFactory(),
            factories.UserFactory()]  # fmt: skip
    for row in rows:
        for button in desk._registry[type(row)].buttons:
            names = ("seen", "survivor", "origin", "other", "kind", "topics", "source_version", "replaced_by", "role",
                     "stance", "number_1", "posture", "basis", "password1", "password2")  # fmt: skip
            if not type(row)._base_manager.filter(pk=row.pk).exists():
                continue
            answer = client.post(button_of(row, button.name), dict.fromkeys(names, value))
            assert answer.status_code in (302, 400, 403, 404, 409), (row, button.name)


@pytest.mark.parametrize("address", hostile.each(hostile.URLS))
def test_addresses_that_must_not_become_links(client, address):
    source = factories.SourceFactory()
    sent = as_loaded(client.get(page_of(source))) | {"url": address}
    answer = client.post(page_of(source), sent)
    assert answer.status_code in (200, 302)
    source.refresh_from_db()
    assert source.url == "" or source.url.startswith(("http://", "https://"))


@pytest.mark.parametrize("day", hostile.each(hostile.DATES))
def test_dates_that_are_none(client, day):
    claim = factories.ClaimFactory()
    sent = as_loaded(client.get(page_of(claim))) | {"asserted_earliest": day}
    assert client.post(page_of(claim), sent).status_code in (200, 302)
    assert client.get(page_of(claim)).status_code == 200
    assert client.get(list_of(models.Claim)).status_code == 200
