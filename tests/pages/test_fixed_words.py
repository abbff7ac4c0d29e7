"""Words that stand in a template are translated once for each catalogue, and said as Django says them."""

from __future__ import annotations

import pytest
from django.template import engines
from django.templatetags import i18n
from django.utils import translation
from django.utils.safestring import SafeString

from articles.templatetags import words
from tests.pages.brackets import installed


def rendered(source, **context):
    return engines["django"].from_string("{% load i18n words %}" + source).render(context)


@pytest.mark.parametrize(
    "source",
    [
        "{% translate 'Evidence' %}",
        '{% translate "100 % & <b>more</b>" %}',
        "{% translate 'Evidence' as said %}[{{ said }}]",
        "{% translate 'Evidence' context 'a court' %}",
        "{% translate 'Evidence' noop %}",
        "{% translate 'Evidence'|upper %}",
        "{% translate named %}",
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_same_as_djangos(source, language, monkeypatch):
    with translation.override(language):
        ours = [rendered(source, named="<Open>") for _ in range(2)]
        monkeypatch.setitem(words.register.tags, "translate", i18n.do_translate)
        assert ours == [rendered(source, named="<Open>")] * 2


def test_another_catalogue_says_other_words(monkeypatch):
    template = engines["django"].from_string("{% load i18n words %}{% translate 'Evidence' %}")
    assert template.render() == "Evidence"
    installed(monkeypatch, "es")
    with translation.override("es"):
        assert template.render() == "⟦Evidence⟧"
    assert template.render() == "Evidence"


def test_words_are_looked_up_once(monkeypatch):
    template = engines["django"].from_string("{% load i18n words %}{% translate 'Evidence' %}")
    template.render()
    (node,) = template.template.nodelist.get_nodes_by_type(words.FixedWords)
    monkeypatch.setattr(node, "plain", None)
    assert isinstance(template.render(), SafeString)
