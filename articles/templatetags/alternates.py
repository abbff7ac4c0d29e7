"""What a page says of itself to programs: its one address, the same page in other languages, and what to follow it by.

    {% load alternates %}
    {% block meta %}{% alternates claim %}{% endblock meta %}

`{% alternates %}` alone names the feeds of everything, and that of what the page lists, where the view says `follow`.
Ask for it in the block `meta` of every page.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles import addresses
from articles.models import Article, Claim, Claimant, Topic

register = template.Library()

# Whose verdicts can be followed by a feed of their own.
FOLLOWED = {Claim: "feed_claim", Claimant: "feed_claimant", Topic: "feed_topic", Article: "feed_article"}
TYPES = {"atom": "application/atom+xml", "json": "application/feed+json"}


@register.simple_tag(takes_context=True)
def alternates(context: template.Context, row: Any = None) -> SafeString:
    """Return the `<link>` elements for the head of this page; `row` is what the page is about, where it has a feed."""
    request = context["request"]
    here = request.build_absolute_uri(request.path)
    # A list that was narrowed down is a page of its own; what of its query counts the view says.
    links = [format_html('<link rel="canonical" href="{}{}">', here, context.get("canonical_query", ""))]
    if len(settings.LANGUAGES) > 1:
        links += [
            format_html('<link rel="alternate" hreflang="{}" href="{}">', code, translate_url(here, code))
            for code, _name in settings.LANGUAGES
        ]
    followed: list[tuple[str, str, tuple[int, ...], str]] = [
        (_("Verdicts"), "feed_verdicts", (), ""),
        (_("Corrections"), "feed_corrections", (), ""),
    ]
    if type(row) in FOLLOWED:
        followed.insert(0, (_("Verdicts on this"), FOLLOWED[type(row)], (row.pk,), ""))
    follow = context.get("follow")
    if follow:
        followed.insert(0, (follow.title, follow.name, (), follow.query))
    links.append(
        format_html_join(
            "\n",
            '<link rel="alternate" type="{}" title="{}" href="{}">',
            (
                (
                    TYPES[form],
                    title,
                    request.build_absolute_uri(addresses.address(name, *captured, form) + query),
                )
                for title, name, captured, query in followed
                for form in TYPES
            ),
        )
    )
    return format_html_join("\n", "{}", ((link,) for link in links))
