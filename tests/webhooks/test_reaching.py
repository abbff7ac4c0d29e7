"""The way out: what may be asked, that what was checked is what is asked, and that nothing takes long."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from ipaddress import ip_address
from pathlib import Path

import pytest

from articles import reaching
from articles.checks import only_the_public_internet
from articles.reaching import Forbidden, Unreachable, is_public, post, read_address

CERTIFICATE = Path(__file__).parent / "hooks.example.pem"

HOSTILE = [
    # schemes, and what is no address
    "", "hooks.example", "//hooks.example/", "http://hooks.example/", "HTTP://hooks.example", "ftp://hooks.example/",
    "file:///etc/passwd", "gopher://127.0.0.1:6379/_PING", "javascript:alert(1)", "https:///path", "https://",
    "https://[::1", "https://hooks.example:port/", "https://hooks.example:99999/", "unix:///var/run/docker.sock",
    # who is asked is not who it seems
    "https://hooks.example@10.0.0.1/", "https://user:secret@hooks.example/", "https://hooks.example\\@10.0.0.1/",
    "https://hooks.example/#part", "https://hooks.example /", "https://hooks.example/\r\nHost: other", "https://hooks.example/\x00",
    "https://hooks。example/", "https://ｌocalhost/", "https://hooks.example%2e10.0.0.1/", "https://hooks..example/",
    "https://-hooks.example/", f"https://{'a' * 64}.example/", f"https://hooks.example/{'a' * 2000}",
    # ports
    "https://hooks.example:80/", "https://hooks.example:22/", "https://hooks.example:6379/", "https://hooks.example:0/",
    # this machine and its network, plainly
    "https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/", "https://192.168.1.1/", "https://172.16.0.1/",
    "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://0.0.0.0/", "https://255.255.255.255/",
    "https://224.0.0.1/", "https://[::1]/", "https://[::]/", "https://[fe80::1]/", "https://[fd00::1]/",
    "https://[fe80::1%25eth0]/", "https://168.63.129.16/",
    # … and in disguise
    "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://127.1/", "https://0177.0.0.1/",
    "https://127.0.0.1./", "https://[::ffff:127.0.0.1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::10.0.0.1]/",
    "https://[64:ff9b:1::1]/", "https://[2002:7f00:1::]/", "https://[2002:a00:1::]/", "https://[2001:0:5ef5:79fd::]/",
    "https://[::127.0.0.1]/", "http://127.0.0.1:8000/",
]  # fmt: skip


@pytest.mark.parametrize("url", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_addresses_are_refused_before_anybody_is_asked(url, monkeypatch):
    monkeypatch.setattr(reaching, "look_up", lambda *_: pytest.fail("it was looked up"))
    with pytest.raises(Forbidden) as refusal:
        post(url, b"", {})
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("url", "host", "port", "target", "authority"),
    [
        ("https://hooks.example", "hooks.example", 443, "/", "hooks.example"),
        ("https://Hooks.Example:443/a?b=c", "hooks.example", 443, "/a?b=c", "hooks.example"),
        ("https://hooks.example:8443/a%20b", "hooks.example", 8443, "/a%20b", "hooks.example:8443"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/", "xn--bcher-kva.example"),
        ("https://93.184.215.14/", "93.184.215.14", 443, "/", "93.184.215.14"),
        (
            "https://[2606:2800:21f:cb07::1]:8443/",
            "2606:2800:21f:cb07::1", 8443, "/", "[2606:2800:21f:cb07::1]:8443",
        ),
    ],
)  # fmt: skip
def test_what_may_be_asked(url, host, port, target, authority):
    found = read_address(url)
    assert (found.host, found.port, found.target, found.authority) == (host, port, target, authority)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("1.1.1.1", True), ("8.8.8.8", True), ("172.32.0.1", True), ("100.128.0.1", True), ("169.253.1.1", True),
        ("2606:4700::1111", True), ("64:ff9b::808:808", True), ("64:ff9b::a00:1", False), ("10.255.255.255", False),
        ("172.31.255.255", False), ("192.0.0.8", False), ("198.18.0.1", False), ("240.0.0.1", False),
        ("::ffff:8.8.8.8", False), ("ff02::1", False), ("fec0::1", False), ("2001:db8::1", False), ("3fff::1", False),
        ("100::1", False), ("5f00::1", False), ("4000::1", False),
    ],
)  # fmt: skip
def test_public_addresses(address, public):
    assert is_public(ip_address(address)) is public


class TestLookingUp:
    @pytest.mark.parametrize(
        ("found", "named"),
        [
            (["10.0.0.1"], "10.0.0.1"),
            (["8.8.8.8", "10.0.0.1"], "10.0.0.1"),
            (["2606:4700::1111", "::1"], "::1"),
            (["8.8.8.8", "::ffff:127.0.0.1"], "::ffff:127.0.0.1"),
            (["fe80::1%eth0"], "fe80::1%eth0"),
            (["169.254.169.254"], "169.254.169.254"),
        ],
    )
    def test_every_address_of_a_name_must_be_public(self, monkeypatch, found, named):
        monkeypatch.setattr(reaching, "look_up", lambda *_: found)
        monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it was asked"))
        with pytest.raises(Forbidden, match="which is not a public address") as refusal:
            post("https://hooks.example/", b"", {})
        assert f" {named}," in str(refusal.value)

    def test_the_address_that_was_checked_is_the_one_asked(self, monkeypatch):
        """A name that changes its mind after the check is not asked again."""
        answers, asked = [["8.8.8.8"], ["127.0.0.1"]], []

        def connect(where, timeout):
            asked.append(where)
            raise ConnectionRefusedError(111, "Connection refused")

        monkeypatch.setattr(reaching, "look_up", lambda *_: answers.pop(0))
        monkeypatch.setattr(socket, "create_connection", connect)
        with pytest.raises(Unreachable, match="could not be connected to: Connection refused"):
            post("https://hooks.example/", b"", {})
        assert asked == [("8.8.8.8", 443)] and len(answers) == 1

    def test_a_name_that_is_not_there(self, monkeypatch):
        def nobody(*_):
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(reaching, "look_up", nobody)
        with pytest.raises(Unreachable, match="could not be looked up: Name or service not known"):
            post("https://hooks.example/", b"", {})

    def test_a_name_server_that_does_not_answer(self, monkeypatch):
        monkeypatch.setattr(reaching, "CONNECTING", 0.1)
        monkeypatch.setattr(reaching, "look_up", lambda *_: time.sleep(1) or [])
        with pytest.raises(Unreachable, match="could not be looked up in"):
            post("https://hooks.example/", b"", {})


@pytest.fixture
def tls(monkeypatch):
    """A server with TLS for hooks.example on this machine, taken for public; returns its address and what it heard."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    heard: list[bytes] = []
    names: list[str | None] = []
    context.sni_callback = lambda connection, name, _: names.append(name)

    def serve():
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as connection:
                    request = b""
                    while not request.endswith(b"{}"):
                        request += connection.recv(65536)
                    heard.append(request)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    monkeypatch.setattr(reaching, "look_up", lambda *_: ["127.0.0.1"])
    monkeypatch.setattr(reaching, "is_public", lambda _: True)
    monkeypatch.setattr(reaching, "PORTS", {port})
    yield f"https://hooks.example:{port}/hook", heard, names
    listening.close()


def trusting():
    return ssl.create_default_context(cafile=str(CERTIFICATE))


class TestEncrypted:
    def test_name_and_certificate_are_those_of_the_address(self, tls, monkeypatch):
        url, heard, names = tls
        monkeypatch.setattr(reaching, "trust", trusting)
        answer = post(url, b"{}", {"Content-Type": "application/json"})
        assert (answer.status, answer.body) == (200, b"OK")
        assert heard[0].startswith(b"POST /hook HTTP/1.1\r\n")
        assert f"\r\nHost: hooks.example:{url.rpartition(':')[2][:-5]}\r\n".encode() in heard[0]
        assert names == ["hooks.example"]

    def test_a_certificate_of_nobody_we_know(self, tls):
        url, heard, _ = tls
        with pytest.raises(Unreachable, match=r"certificate of hooks.example is not good"):
            post(url, b"{}", {})
        assert heard == []

    def test_a_certificate_of_another_name(self, tls, monkeypatch):
        url, heard, _ = tls
        monkeypatch.setattr(reaching, "trust", trusting)
        with pytest.raises(Unreachable, match=r"certificate of other.example is not good"):
            post(url.replace("hooks", "other"), b"{}", {})
        assert heard == []

    def test_proxies_of_the_environment_are_not_used(self, tls, monkeypatch):
        url, heard, _ = tls
        monkeypatch.setattr(reaching, "trust", trusting)
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
        assert post(url, b"{}", {}).status == 200 and len(heard) == 1


class TestAnswers:
    def test_what_was_said(self, receiver):
        receiver.says(418, b"short and stout")
        answer = post(receiver.url, b'{"a":1}', {"Content-Type": "application/json", "X-Word": "yes"})
        assert (answer.status, answer.body) == (418, b"short and stout")
        headers, body = receiver.requests[0]
        assert body == '{"a":1}'
        assert headers["x-word"] == "yes" and headers["host"] == f"127.0.0.1:{receiver.port}"

    def test_a_redirect_is_an_answer_like_any_other(self, receiver):
        receiver.says(302, b"", Location="http://169.254.169.254/latest/meta-data/")
        assert post(receiver.url, b"", {}).status == 302
        assert len(receiver.requests) == 1

    def test_a_huge_answer_is_read_as_far_as_it_counts(self, receiver):
        receiver.says(200, b"x" * 5_000_000)
        assert len(post(receiver.url, b"", {}).body) == reaching.MOST_READ

    def test_an_answer_without_end_in_its_head(self, receiver):
        def answer(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(90):
                handler.wfile.write(b"X-%d: %s\r\n" % (number, b"x" * 60_000))

        receiver.answer = answer
        with pytest.raises(Unreachable, match="gave no answer that can be read: it is too long"):
            post(receiver.url, b"", {})

    @pytest.mark.parametrize("said", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x16\x03\x01"])
    def test_no_answer_in_http(self, receiver, said):
        receiver.answer = lambda handler: handler.wfile.write(said)
        with pytest.raises(Unreachable, match="gave no answer that can be read"):
            post(receiver.url, b"", {})

    def test_a_receiver_that_says_nothing(self, receiver, monkeypatch):
        monkeypatch.setattr(reaching, "ALTOGETHER", 0.3)
        receiver.answer = lambda handler: time.sleep(3)
        start = time.monotonic()
        with pytest.raises(Unreachable, match=r"did not answer in 0.3 seconds"):
            post(receiver.url, b"", {})
        assert time.monotonic() - start < 2.5

    def test_a_receiver_that_says_one_letter_at_a_time(self, receiver, monkeypatch):
        """Each letter comes in good time; all of them together do not."""
        monkeypatch.setattr(reaching, "ALTOGETHER", 0.4)

        def answer(handler):
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 200:
                handler.wfile.write(bytes([letter]))
                time.sleep(0.02)

        receiver.answer = answer
        start = time.monotonic()
        with pytest.raises(Unreachable, match="did not answer in"):
            post(receiver.url, b"", {})
        assert time.monotonic() - start < 3

    def test_the_status_counts_where_the_rest_is_slow(self, receiver, monkeypatch):
        monkeypatch.setattr(reaching, "ALTOGETHER", 0.4)

        def answer(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbeginning")
            time.sleep(1)

        receiver.answer = answer
        answer = post(receiver.url, b"", {})
        assert (answer.status, answer.body) == (200, b"beginning")

    def test_nobody_listens(self, receiver):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
        with pytest.raises(Unreachable, match="could not be connected to: Connection refused"):
            post(f"http://127.0.0.1:{port}/", b"", {})


class TestThisMachine:
    def test_only_where_a_developer_said_so(self, receiver, settings):
        assert post(receiver.url, b"", {}).status == 204
        for url in ("http://localhost/", "http://10.0.0.1/", "http://127.0.0.2/", "http://hooks.example/"):
            with pytest.raises(Forbidden):
                post(url, b"", {})
        settings.REACH_THIS_MACHINE = False
        with pytest.raises(Forbidden):
            post(receiver.url, b"", {})

    @pytest.mark.parametrize(
        ("reach", "debug", "count"), [(False, False, 0), (True, True, 0), (True, False, 1)]
    )
    def test_articles_E003(self, settings, reach, debug, count):
        settings.REACH_THIS_MACHINE, settings.DEBUG = reach, debug
        assert [one.id for one in only_the_public_internet()] == ["articles.E003"] * count
