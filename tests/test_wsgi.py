"""What the web server gets from us."""

import io
from collections.abc import Iterable
from wsgiref.util import FileWrapper

import pytest
from django.core.signals import request_finished

from factcheck import wsgi

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask():
    def ask(path: str, **more) -> tuple[str, Iterable[bytes]]:
        told = []
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "testserver", "SERVER_PORT": "80",
            "wsgi.input": io.BytesIO(), "wsgi.url_scheme": "http", **more,
        }  # fmt: skip
        answer = wsgi.application(environ, lambda status, headers: told.append(status))
        return told[0], answer

    return ask


@pytest.fixture
def finished():
    """How often a request was said to be over: connections are looked after then."""
    heard = []

    def hear(**told):
        heard.append(told)

    request_finished.connect(hear)
    yield heard
    request_finished.disconnect(hear)


def test_a_whole_answer_is_a_list_and_the_request_is_over(ask, finished):
    status, answer = ask("/healthz")
    assert status == "200 OK"
    assert isinstance(answer, list)
    assert b"".join(answer)
    assert len(finished) == 1


def test_what_streams_is_handed_on_as_it_is(ask, finished):
    status, answer = ask("/static/articles/pages.css")
    assert status == "200 OK"
    assert answer.streaming
    assert finished == []
    assert b"--" in b"".join(answer)


def test_so_is_a_file_that_the_server_wraps_itself(ask):
    status, answer = ask("/static/articles/pages.css", **{"wsgi.file_wrapper": FileWrapper})
    assert status == "200 OK"
    assert isinstance(answer, FileWrapper)
    assert b"--" in b"".join(answer)
