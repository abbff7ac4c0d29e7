"""What the pages about the API need to show it: code within sentences, and calls to the instance that serves them."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from api.manual import SITE

register = template.Library()
_CODE = re.compile(r"`([^`]+)`")


@register.filter
def with_code(text: str) -> SafeString:
    """Return a sentence as HTML: escaped, with what stands between backticks as code."""
    return mark_safe(_CODE.sub(r"<code>\1</code>", escape(text)))


@register.filter
def asked_of(call: str, site: str) -> str:
    """Return an example as a call to this instance; `site` is where it stands, such as `https://desk.example`."""
    return call.replace(SITE, site)
