"""What the web server runs: `factcheck.wsgi:application`."""

import gc
import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import get_resolver

from factcheck import process

process.answers_requests = True
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request. What is whole already goes to the server as a list, which it may write in one go."""
    response = _django(environ, start_response)
    if not isinstance(response, HttpResponse):
        # It streams, or is a file in the server's own wrapper.
        return response
    response.close()
    return [response.content]


# Everything that stays is loaded now, and then left out of Python's search for garbage: each full search would walk it
# all and make some reader wait a tenth of a second.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
# Each answer makes thousands of objects that live as long as it does: looked through after every 700 of them, as Python
# does, they took an export a quarter of its time. In a thousand rows there are tens of thousands.
gc.set_threshold(20_000, 10, 10)
