"""What holds for the checkout as a whole: its files, its settings, and what every answer carries."""

import importlib.metadata
import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import example, given
from hypothesis import strategies as st

from factcheck import environment
from factcheck.middleware import POLICY

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted(ROOT.glob("requirements*.txt"))
FOLDERS = {"seeds", "factcheck", "articles", "api", "templates", "tests", "docs", "deploy"}
FILES = {"manage.py", "pyproject.toml", "README.md", "Makefile", "LICENSE", "Dockerfile", "compose.yaml"}
FILES |= {"CHANGELOG.md", "CONTRIBUTING.md"} | {lock.name for lock in LOCKS}
# Names that say nothing about what is inside, so that everything ends up inside.
VAGUE = {"utils", "helpers", "common", "services", "misc"}


def kept_files() -> list[Path]:
    """What git has or would take: not what runs leave behind."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


# --- Files ---


def test_five_locks():
    sizes = [
        "requirements-bootstrap.txt",
        "requirements-dev.txt",
        "requirements-files.txt",
        "requirements-semantic.txt",
        "requirements-slow.txt",
        "requirements.txt",
    ]
    assert [lock.name for lock in LOCKS] == sizes


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_name_no_index_and_pin_by_hash(lock):
    text = lock.read_text()
    assert "://" not in text and " @ " not in text
    lines = [line.strip().removesuffix("\\").strip() for line in text.splitlines() if line.strip()]
    for line in lines:
        assert re.fullmatch(r"--hash=sha256:[0-9a-f]{64}|[a-z0-9-]+==[^ ]+( ; .+)?", line), line


def test_locks_of_npm_name_no_address_and_pin_by_hash():
    locks = [path for path in kept_files() if path.name == "package-lock.json"]
    assert len(locks) == 2
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text, f"take `funding` and `resolved` out of {lock}"
        packages = {name: one for name, one in json.loads(text)["packages"].items() if name}
        assert all(one["integrity"].startswith("sha512-") for one in packages.values()), lock


def test_larger_locks_hold_the_smaller_ones():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9-]+==[^ ]+", (ROOT / name).read_text(), re.MULTILINE))

    sizes = ("requirements.txt", "requirements-semantic.txt", "requirements-dev.txt", "requirements-slow.txt")
    assert all(pins(smaller) < pins(larger) for smaller, larger in pairwise(sizes))


def test_what_is_imported_is_in_a_lock():
    """An environment that is old still holds what a lock has dropped, and hides that somebody imports it."""
    ours = {path.name for path in ROOT.iterdir()} | {"manage"}
    words = re.compile(r"^\s*(?:from|import) ([a-z]\w*)", re.MULTILINE)
    imported = {
        name
        for path in kept_files()
        if path.suffix == ".py"
        for name in words.findall(path.read_text(encoding="utf-8"))
        if name not in ours and name not in sys.stdlib_module_names
    }
    pinned = {
        name for lock in LOCKS for name in re.findall(r"^([a-z0-9-]+)==", lock.read_text(), re.MULTILINE)
    }
    brought_by = importlib.metadata.packages_distributions()
    strangers = {
        name
        for name in imported & set(brought_by)
        if not {re.sub(r"[-_.]+", "-", one).lower() for one in brought_by[name]} & pinned
    }
    assert strangers == set()


def test_top_level_holds_only_what_was_agreed():
    top = {path.relative_to(ROOT).parts[0] for path in kept_files()}
    assert {name for name in top if not name.startswith(".")} <= FOLDERS | FILES


def test_names_say_what_is_inside():
    parts = {part.removesuffix(".py") for path in kept_files() for part in path.relative_to(ROOT).parts}
    assert not parts & VAGUE


def test_no_file_is_two_nouns():
    long = {}
    for path in kept_files():
        if path.suffix == ".py" and "migrations" not in path.parts:
            count = len(path.read_text(encoding="utf-8").splitlines())
            # A test file tells more stories about one noun than its module has verbs.
            if count > (600 if "tests" in path.parts else 520):
                long[str(path.relative_to(ROOT))] = count
    assert not long, f"split these: {long}"


# --- Settings ---


def test_example_environment_lists_what_settings_read():
    settings = (ROOT / "factcheck" / "settings.py").read_text()
    read = set(re.findall(r"environment\.(?:text|flag|integer|items)\(\s*\"(\w+)\"", settings))
    for name in re.findall(r"environment\.secrets?\(\s*\"(\w+)\"", settings):
        read |= {name, f"{name}_FILE"}
    listed = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert listed == read


def settings_with(tmp_path: Path, says: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Settings are read once per process, so each try is a process of its own."""
    code = f"from factcheck import settings; print({says})"
    variables = {"PATH": os.defpath, "DATA_DIRECTORY": str(tmp_path), **variables}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )


KEY = "k" * 40


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"SECRET_KEY": KEY, "DEBUG": "yes"}, "DEBUG is 'yes': use True or False."),
        ({"SECRET_KEY": KEY, "DATABASE_URL": "mysql://u:pass-word@h/n"}, "use postgresql or sqlite"),
        ({"SECRET_KEY": KEY, "DATABASE_URL": "u:pass-word@h/n"}, "DATABASE_URL is no database address"),
        (
            {"SECRET_KEY": KEY, "DATABASE_URL": "postgresql://u:pass-word@h/n", "DATABASE_POOL": "-1"},
            "DATABASE_POOL",
        ),
        (
            {"DEMO": "True", "DATABASE_URL": "postgresql://u:pass-word@h/n"},
            "the demo keeps to a database of its own",
        ),
        ({"SECRET_KEY": KEY, "LOG_LEVEL": "loud"}, "LOG_LEVEL is 'loud': use one of DEBUG, INFO"),
    ],
)
def test_settings_refuse_with_a_sentence(tmp_path, variables, sentence):
    ended = settings_with(tmp_path, "0", **variables)
    said = ended.stderr.strip().splitlines()[-1]
    assert ended.returncode == 1 and sentence in said and "pass-word" not in said


def test_production_is_the_default_and_starts_strict(tmp_path):
    says = "settings.DEBUG, settings.DEMO, settings.HTTPS, 'Manifest' in settings.STORAGES['staticfiles']['BACKEND']"
    assert settings_with(tmp_path, says, SECRET_KEY=KEY).stdout == "False False False True\n"


def test_development_key_is_made_once_and_kept_private(tmp_path):
    first = settings_with(tmp_path, "settings.SECRET_KEY", DEBUG="True")
    second = settings_with(tmp_path, "settings.SECRET_KEY", DEMO="True")
    assert first.stdout == second.stdout and len(first.stdout) > 50, first.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["development-key"]
    assert (tmp_path / "development-key").stat().st_mode & 0o077 == 0


def test_the_demo_has_a_database_of_its_own(tmp_path):
    ended = settings_with(tmp_path, "settings.DATABASES['default']['NAME'].name", DEMO="True")
    assert ended.stdout == "demo.sqlite3\n"


def test_https_turns_on_what_needs_it(tmp_path):
    says = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT, "
    says += "settings.SECURE_HSTS_SECONDS > 0, hasattr(settings, 'SECURE_PROXY_SSL_HEADER')"
    assert settings_with(tmp_path, says, SECRET_KEY=KEY).stdout == "False False False False False\n"
    assert settings_with(tmp_path, says, SECRET_KEY=KEY, HTTPS="True").stdout == "True True True True False\n"


def test_postgresql_connections(tmp_path):
    says = "[settings.DATABASES['default'].get(n) for n in ('CONN_HEALTH_CHECKS', 'CONN_MAX_AGE')], "
    says += "settings.DATABASES['default']['OPTIONS'].get('pool', {}).get('max_size')"
    variables = {"SECRET_KEY": KEY, "DATABASE_URL": "postgresql://u@h/n"}
    assert settings_with(tmp_path, says, **variables).stdout == "[True, 600] None\n"
    assert settings_with(tmp_path, says, **variables, DATABASE_POOL="8").stdout == "[True, 0] 8\n"


@pytest.mark.parametrize("address", ["", "sqlite:////tmp/record.sqlite3"])
def test_sqlite_connections_stay_open_too(tmp_path, address):
    says = (
        "settings.DATABASES['default']['CONN_MAX_AGE'], settings.DATABASES['default']['OPTIONS']['timeout']"
    )
    assert settings_with(tmp_path, says, SECRET_KEY=KEY, DATABASE_URL=address).stdout == "600 20\n"


def test_plans_are_kept_unless_a_pooler_forbids_it(tmp_path):
    assert settings_with(tmp_path, "settings.DATABASE_PREPARE", SECRET_KEY=KEY).stdout == "True\n"
    ended = settings_with(tmp_path, "settings.DATABASE_PREPARE", SECRET_KEY=KEY, DATABASE_PREPARE="False")
    assert ended.stdout == "False\n"


# --- Readers of the environment ---

# What an environment can hold: no NUL, and encodable.
VALUES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


class Environment:
    """Sets one variable for one example; hypothesis runs many in one test, where monkeypatch resets too late."""

    def __init__(self, **variables: str) -> None:
        self.variables = variables

    def __enter__(self) -> None:
        self.before = dict(os.environ)
        os.environ.update(self.variables)

    def __exit__(self, *trouble: object) -> None:
        os.environ.clear()
        os.environ.update(self.before)


@given(VALUES)
@example("true")
@example("1")
@example("")
@example(" True ")
def test_a_flag_is_true_false_or_refused(value):
    with Environment(GIVEN=value):
        if value.strip() in ("True", "False", ""):
            assert environment.flag("GIVEN") is (value.strip() == "True")
        else:
            with pytest.raises(ImproperlyConfigured) as refusal:
                environment.flag("GIVEN")
            assert str(refusal.value) == f"GIVEN is {value.strip()!r}: use True or False."


@given(VALUES | st.integers().map(str))
@example("1_000")
@example("+5")
@example("٣")
@example("²")
@example("9" * 5000)
def test_an_integer_is_plain_digits_in_range_or_refused(value):
    with Environment(GIVEN=value):
        try:
            read = environment.integer("GIVEN", 7, least=1, most=500)
        except ImproperlyConfigured as refusal:
            assert str(refusal) == f"GIVEN is {value.strip()!r}: use a whole number from 1 to 500."
        else:
            assert 1 <= read <= 500
            assert re.fullmatch("0*" + str(read), value.strip()) or (value.strip() == "" and read == 7)


@given(VALUES)
def test_items_are_never_empty(value):
    with Environment(GIVEN=value):
        try:
            read = environment.items("GIVEN", ["default"])
        except ImproperlyConfigured as refusal:
            assert repr(value.strip()) in str(refusal) and "," in value
        else:
            assert read and all(item and item == item.strip() for item in read)


def test_a_choice_outside_the_list_is_refused():
    with Environment(GIVEN="c"), pytest.raises(ImproperlyConfigured, match="GIVEN is 'c': use one of a, b"):
        environment.text("GIVEN", choices=["a", "b"])


def test_a_secret_from_a_file(tmp_path):
    place = tmp_path / "secret"
    place.write_text("  from file\n")
    with Environment(GIVEN_FILE=str(place)):
        assert environment.secret("GIVEN") == "from file"


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_secret_file_that_holds_none_is_refused(tmp_path, content):
    place = tmp_path / "secret"
    if content is not None:
        place.write_bytes(content)
    with (
        Environment(GIVEN_FILE=str(place)),
        pytest.raises(ImproperlyConfigured, match=r"GIVEN_FILE is '.*secret'"),
    ):
        environment.secret("GIVEN")


def test_a_secret_given_twice_is_refused(tmp_path):
    with Environment(GIVEN="a", GIVEN_FILE="b"), pytest.raises(ImproperlyConfigured, match="both set"):
        environment.secret("GIVEN")


# --- Every answer ---


@pytest.mark.parametrize(
    "address", ["/%00", "/claims/%00/", "/?q=a%00b", "/?q=%01", "/?a%1f=b", "/%0a", "/%7f"]
)
def test_control_characters_are_refused(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "control character" in answer.content.decode()
    assert answer.headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize(
    "address", ["/nowhere?q=two%0D%0Alines", "/nowhere?q=a%09b", "/nowhere?q=%C3%A9+%F0%9F%99%82"]
)
@pytest.mark.django_db
def test_pasted_text_is_let_in(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/healthz", "/nowhere", "/desk/", "/desk/login/", "/%00"])
@pytest.mark.django_db
def test_the_policy_is_on_every_answer(client, address):
    headers = client.get(address).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY and "default-src 'none'" in POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_redirects_to_https_carry_the_policy(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/nowhere")
    assert answer.status_code == 301 and answer.headers["Content-Security-Policy"] == POLICY
    assert client.get("/healthz").status_code == 200


def test_every_deployment_gives_large_pieces_of_memory_back():
    """What docs/bench.md says of a process's memory was measured with these."""
    told = [
        sorted(re.findall(r"MALLOC_\w+=\d+", (ROOT / name).read_text()))
        for name in ("Dockerfile", "deploy/factcheck.service")
    ]
    assert told[0] == told[1]
    assert len(told[0]) == 3
