"""Tags and filters of the pages' templates that do what Django's do, at less cost."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template
from django.urls import reverse, set_script_prefix

from articles import addresses
from articles.addresses import same_prefix
from articles.models import LedgerHead, Newsroom
from articles.templatetags import reading
from articles.templatetags.reading import within
from articles.views.standing import Standing
from tests import factories as f

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
NAMED = sorted(
    {name for path in TEMPLATES for name in re.findall(r"{% address '([^']+)' %}", path.read_text())}
)


def rendered(text, **context):
    return Template("{% load reading %}" + text).render(Context(context))


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("prefix", ["/", "/facts/"])
def test_an_address_is_what_url_makes_it(name, prefix):
    set_script_prefix(prefix)
    try:
        assert rendered(f"{{% address '{name}' %}}") == reverse(name)
        assert reverse(name).startswith(prefix)
    finally:
        set_script_prefix("/")


def test_the_templates_use_it():
    assert len(NAMED) >= 6


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("", ""),
        ("Ten chars.", "Ten chars."),
        ("Eleven char", "Eleven ch…"),
        ("Nine more words", "Nine more…"),
    ],
)
def test_a_title_is_cut_to_what_fits(words, shown):
    assert within(words, 10) == shown
    assert len(within(words, 10)) <= 10


def test_a_cut_title_is_escaped_like_any_other():
    assert rendered("{{ words|within:5 }}", words="<b> & more") == "&lt;b&gt;…"


@pytest.mark.django_db
class TestTheNewsroom:
    SHOWN = "{% newsroom as house %}{{ house.name }}"

    def token(self):
        return LedgerHead.objects.get().house

    def test_of_a_row_with_its_state_it_is_remembered(self, django_assert_num_queries):
        f.newsroom()
        token = self.token()
        name = rendered(self.SHOWN, state_house=token)
        assert name == Newsroom.objects.get().name
        with django_assert_num_queries(0):
            assert rendered(self.SHOWN, state_house=token) == name

    def test_once_it_has_changed_it_is_asked_again(self):
        newsroom = f.newsroom()
        rendered(self.SHOWN, state_house=self.token())
        newsroom.revise(f.some_administrator(), name="The New Name")
        assert rendered(self.SHOWN, state_house=self.token()) == "The New Name"

    def test_elsewhere_it_is_asked_each_time(self, django_assert_num_queries):
        f.newsroom()
        rendered(self.SHOWN)
        with django_assert_num_queries(1):
            rendered(self.SHOWN)

    def test_before_it_was_opened_it_has_no_name(self):
        assert rendered(self.SHOWN) == ""


def test_where_the_site_is_mounted_may_be_asked_once():
    """Within the block nobody looks again; after it everybody does."""
    with same_prefix():
        assert addresses.address("methodology") == "/methodology/"
        set_script_prefix("/facts/")
        try:
            assert addresses.address("methodology") == "/methodology/"
        finally:
            set_script_prefix("/")
    set_script_prefix("/facts/")
    try:
        assert addresses.address("methodology") == "/facts/methodology/"
        with same_prefix():
            assert addresses.address("methodology") == "/facts/methodology/"
    finally:
        set_script_prefix("/")


def test_a_badge_says_it_by_shape_colour_and_word():
    shown = rendered("{{ of|badge }}", of=Standing("true", "Right & proper"))
    assert re.match(r'<span class="rating is-true">\s*<svg class="shape"', shown)
    assert shown.endswith("<span>Right &amp; proper</span></span>")
    assert rendered("{{ of|badge }}", of=Standing("false", "Wrong")) != shown


def test_the_section_of_the_page_is_marked_and_no_other():
    shown = rendered('{% sections "sources" %}')
    assert re.findall(r'<a href="([^"]+)" aria-current="true">(\w+)</a>', shown) == [("/sources/", "Sources")]
    assert len(re.findall("<li>", shown)) == 5
    assert "aria-current" not in rendered("{% sections %}")


def test_the_sections_follow_the_mount():
    rendered("{% sections %}")
    set_script_prefix("/facts/")
    try:
        assert '"/facts/claims/"' in rendered("{% sections %}")
    finally:
        set_script_prefix("/")


@pytest.mark.parametrize(("debug", "times"), [(False, 0), (True, 2)])
def test_whoever_works_on_a_template_sees_it_anew(settings, monkeypatch, debug, times):
    settings.DEBUG = debug
    standing = Standing("open", "Open")
    rendered("{{ of|badge }}", of=standing)
    asked = []
    monkeypatch.setattr(reading, "get_template", lambda name: asked.append(name) or get_template(name))
    rendered("{{ of|badge }}{{ of|badge }}", of=standing)
    assert len(asked) == times
