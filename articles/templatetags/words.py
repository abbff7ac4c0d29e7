"""Django's tag of translation, faster: a page says some forty fixed words, and each was looked up each time.

    {% load i18n words %}

After `i18n`, so that this tag takes the place of Django's; it is written, and gathered for translation, as ever.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import Node, Variable
from django.templatetags import i18n
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import trans_real

register = template.Library()


class FixedWords(Node):
    """Words that stand in the template itself: what Django's tag made of them is kept with each catalogue."""

    child_nodelists = ()

    def __init__(self, plain: i18n.TranslateNode) -> None:
        self.variable = plain.asvar
        self.plain = plain
        plain.asvar = None
        # By the catalogue itself, not the name of its language: whoever loads another one gets other words.
        self.kept: dict[Any, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        catalogue = trans_real.catalog()
        words = self.kept.get(catalogue)
        if words is None:
            words = self.kept[catalogue] = mark_safe(self.plain.render(context))
        if self.variable is None:
            return words
        context[self.variable] = words
        return mark_safe("")


@register.tag("translate")
def translate(parser: Any, token: Any) -> Node:
    """Return Django's node, or one that remembers where nothing but the language decides what it says."""
    node = i18n.do_translate(parser, token)
    said = node.filter_expression
    is_fixed = (
        isinstance(said.var, Variable) and isinstance(said.var.literal, SafeString) and not said.filters
    )
    return FixedWords(node) if is_fixed and not node.noop and node.message_context is None else node
