"""The parts of the runner that decide something. That it starts and stops a server is seen in every run of it."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import engines
from tests.engines import Counts, counts_in, server_programs, settled, split_cores


def programs_in(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).touch(mode=0o755)
    return folder


class TestServerPrograms:
    def test_named_folder_wins(self, tmp_path):
        named = programs_in(tmp_path / "named", "initdb", "postgres")
        on_path = programs_in(tmp_path / "path", "initdb", "postgres")
        assert server_programs({"PG_BIN": str(named), "PATH": str(on_path)}, (), tmp_path) == named

    def test_named_folder_without_programs_is_refused(self, tmp_path):
        with pytest.raises(SystemExit, match=r"PG_BIN is .*: use a folder that holds initdb and postgres"):
            server_programs({"PG_BIN": str(tmp_path)})

    def test_link_on_path_leads_to_the_real_folder(self, tmp_path):
        real = programs_in(tmp_path / "real", "initdb", "postgres")
        links = programs_in(tmp_path / "links")
        (links / "initdb").symlink_to(real / "initdb")
        assert server_programs({"PATH": str(links)}, (), tmp_path) == real

    def test_newest_installed_by_number_not_by_spelling(self, tmp_path):
        programs_in(tmp_path / "usr/lib/postgresql/9/bin", "initdb", "postgres")
        newest = programs_in(tmp_path / "usr/lib/postgresql/15/bin", "initdb", "postgres")
        programs_in(tmp_path / "usr/lib/postgresql/17/bin", "initdb")  # client half only
        assert server_programs({"PATH": ""}, root=tmp_path) == newest

    def test_none(self, tmp_path):
        assert server_programs({"PATH": ""}, root=tmp_path) is None


def test_named_browser_that_is_not_there_is_refused():
    with pytest.raises(SystemExit, match="CHROMIUM is"):
        engines.browser({"CHROMIUM": "/nowhere/chromium"})


@given(st.integers(1, 256), st.integers(1, 4))
def test_cores_are_all_used_and_none_goes_without(cores, count):
    shares = split_cores(cores, count)
    assert len(shares) == count and min(shares) >= 1
    assert sum(shares) == max(cores, count)
    assert max(shares) - min(shares) <= 1


class TestSeed:
    def test_the_same_tree_draws_the_same(self):
        assert engines.seed({}) == engines.seed({}) < 2**32

    def test_without_a_history(self, monkeypatch, tmp_path):
        monkeypatch.setattr(engines, "ROOT", tmp_path)
        assert engines.seed({}) == 0

    def test_named(self):
        assert engines.seed({"SEED": "7"}) == 7

    @pytest.mark.parametrize("named", ["seven", "-1", "4294967296"])
    def test_none_that_pytest_takes(self, named):
        with pytest.raises(SystemExit, match=r"SEED is .*: use a whole number below"):
            engines.seed({"SEED": named})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("===== 12 passed in 3.21s =====", Counts(12, 0, 0)),
        ("3 passed, 1 skipped in 0.10s", Counts(3, 0, 1)),
        (
            "= 1 failed, 2 passed, 4 skipped, 5 deselected, 1 xfailed, 2 errors in 75.00s (0:01:15) =",
            Counts(2, 3, 5),
        ),
        ("===== 7 deselected in 0.01s =====", Counts()),
        ("no tests ran in 0.00s", Counts()),
        ("E   AssertionError: 9 failed things", Counts()),
    ],
)
def test_closing_line(line, expected):
    assert counts_in(["12 passed so far", line]) == expected


def test_only_the_last_closing_line_counts():
    assert counts_in(["1 failed in 0.10s", "2 passed in 0.20s"]) == Counts(passed=2)


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, -9])
def test_a_failed_run_never_closes_on_no_failure(code):
    assert settled(Counts(passed=3), code).failed == 1
    assert settled(Counts(failed=2), code).failed == 2
    assert settled(Counts(passed=3), 0) == Counts(passed=3)


def test_sum_reads_as_the_plain_closing_line():
    assert str(sum([Counts(1, 2, 3), Counts(10, 20, 30)], Counts())) == "11 passed, 22 failed, 33 skipped"


NOT_THEIRS = {"PYTHONDONTWRITEBYTECODE": "1", "FACTCHECK_TEMPLATE": "z"}


def test_children_see_no_other_database():
    seen = engines.child_environment(
        {"PGHOST": "x", "DATABASE_URL": "y", "HOME": "/h", "SAMPLE": "1"} | NOT_THEIRS
    )
    assert "PGHOST" not in seen and "DATABASE_URL" not in seen
    assert seen["HOME"] == "/h" and seen["FACTCHECK_SLOW_SAMPLE"] == "1"
    assert "PYTHONDONTWRITEBYTECODE" not in seen and "FACTCHECK_TEMPLATE" not in seen
    assert seen["DJANGO_SETTINGS_MODULE"] == "tests.settings"


@pytest.mark.parametrize(
    ("environ", "required"),
    [({}, False), ({"CI": "false"}, False), ({"CI": "true"}, True), ({"FACTCHECK_REQUIRE": "all"}, True)],
)
def test_when_nothing_may_be_missing(environ, required):
    assert engines.everything_required(environ) is required


def test_missing_programs_fail_where_everything_is_required(monkeypatch, capsys):
    monkeypatch.setattr(engines, "server_programs", lambda environ: None)
    counts, good = engines.test("fast", [], {"CI": "true"})
    assert not good and counts.failed == 1
    assert "apt-get install postgresql" in capsys.readouterr().out


class TestPreparing:
    @pytest.fixture
    def begun(self, monkeypatch):
        """The commands that were begun, each with its database; those in `failing` end with 1."""
        seen, failing = {}, set()

        def begin(command, env, **more):
            seen[command[2]] = (command[3:], env.get("DATABASE_URL"))
            code = int(" ".join(command[2:]) in failing)
            return SimpleNamespace(wait=lambda: code, poll=lambda: code)

        monkeypatch.setattr(engines.subprocess, "Popen", begin)
        return SimpleNamespace(seen=seen, failing=failing)

    def test_both_databases_are_migrated_and_the_tests_compiled(self, begun):
        assert engines.prepare(["-m", "slow"], {}, "postgresql://here/postgres") == "migrated"
        assert begun.seen["tests.template"] == (["migrated"], "postgresql://here/postgres")
        assert begun.seen["pytest"][0][-2:] == ["-m", "slow"] and "--collect-only" in begun.seen["pytest"][0]

    def test_without_a_server_there_is_no_template_on_it(self, begun):
        assert engines.prepare([], {}, None) is None
        assert begun.seen["tests.template"] == ([], None)

    def test_what_could_not_be_made_is_not_named_and_each_worker_migrates(self, begun):
        begun.failing.add("tests.template migrated")
        assert engines.prepare([], {}, "postgresql://here/postgres") is None
