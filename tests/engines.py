"""Runs the test suite on every database engine the record can live in.

    python -m tests.engines fast|slow [words for pytest]

The order of the tests, what is sampled of them and what free inputs are tried follow from the committed tree, so that
what fails on one machine can be repeated on another; SEED=7 draws otherwise.

SQLite comes with Python. For PostgreSQL a server is made in a temporary directory, used, and removed; it needs the
server's programs, not a running server. The last line of output sums both: `N passed, N failed, N skipped`.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
INSTALLED_AT = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NO_POSTGRES = """PostgreSQL's server programs (initdb, postgres) were not found: only SQLite is tested.
Install them with `apt-get install postgresql` or `brew install postgresql`,
or name their folder: PG_BIN=/path/to/bin make test"""
NO_BROWSER = """No Chromium was found: the browser tests are skipped.
Install it with `apt-get install chromium` or `brew install --cask chromium`,
or name it: CHROMIUM=/path/to/chromium make test-slow"""


@dataclass(frozen=True)
class Counts:
    """What pytest said at the end of one run."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


# pytest's own words at the end of a run, and where each belongs. An error in a fixture is a failure.
KINDS = {
    "passed": "passed",
    "failed": "failed",
    "error": "failed",
    "errors": "failed",
    "skipped": "skipped",
    "xfailed": "skipped",
    "xpassed": "passed",
}
CLOSING = re.compile(r"\b(?:\d+ \w+, )*\d+ \w+ in \d[\d.]*s\b")


def counts_in(lines: Iterable[str]) -> Counts:
    """Reads the last closing line, such as `=== 3 passed, 1 error in 0.20s ===`; none at all counts nothing."""
    total = {"passed": 0, "failed": 0, "skipped": 0}
    closing = [line for line in lines if CLOSING.search(line)]
    for number, word in re.findall(r"(\d+) (\w+)", closing[-1]) if closing else ():
        if word in KINDS:
            total[KINDS[word]] += int(number)
    return Counts(**total)


def settled(counts: Counts, exit_code: int) -> Counts:
    """A run that failed must not close on `0 failed`: a crash, or no test at all (pytest's 5), is one failure."""
    return counts + Counts(failed=1) if exit_code and not counts.failed else counts


def split_cores(cores: int, engines: int) -> list[int]:
    """How many workers each engine gets: all cores, the odd ones to the first, and never none."""
    each, left = divmod(max(cores, engines), engines)
    return [each + (place < left) for place in range(engines)]


def version_in(path: Path) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", str(path))))


def server_programs(
    environ: Mapping[str, str], installed_at: Iterable[str] = INSTALLED_AT, root: Path = Path("/")
) -> Path | None:
    """The folder that holds both initdb and postgres: the named one, else by PATH, else the newest installed."""

    def complete(folder: Path) -> bool:
        return all(os.access(folder / program, os.X_OK) for program in ("initdb", "postgres"))

    if named := environ.get("PG_BIN"):
        if not complete(Path(named)):
            raise SystemExit(f"PG_BIN is {named!r}: use a folder that holds initdb and postgres.")
        return Path(named)
    found = []
    if on_path := shutil.which("initdb", path=environ.get("PATH", "")):
        # Often a link, and only the real folder has the programs that initdb itself needs.
        found.append(Path(on_path).resolve().parent)
    for pattern in installed_at:
        found += sorted(root.glob(pattern.lstrip("/")), key=version_in, reverse=True)
    return next(filter(complete, found), None)


def browser(environ: Mapping[str, str]) -> str | None:
    if named := environ.get("CHROMIUM"):
        if not shutil.which(named, path=environ.get("PATH", "")):
            raise SystemExit(f"CHROMIUM is {named!r}: use the path of a browser's program.")
        return named
    return next(filter(None, (shutil.which(name, path=environ.get("PATH", "")) for name in BROWSERS)), None)


def everything_required(environ: Mapping[str, str]) -> bool:
    return environ.get("CI", "").lower() == "true" or environ.get("FACTCHECK_REQUIRE") == "all"


def seed(environ: Mapping[str, str]) -> int:
    """What order, samples and free inputs are drawn from: SEED, or a number of the tree that is checked out."""
    if named := environ.get("SEED"):
        if not named.isdecimal() or int(named) >= 2**32:
            raise SystemExit(f"SEED is {named!r}: use a whole number below 2^32.")
        return int(named)
    try:
        tree = subprocess.run(["git", "rev-parse", "HEAD^{tree}"], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        return 0
    return int(tree.stdout[:8] or "0", 16)


def child_environment(environ: Mapping[str, str], **more: str) -> dict[str, str]:
    """What pytest sees: nothing that would lead it to another database than the one it is given.

    It may write bytecode, or each of its processes would compile every test and half of the programs they start.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(("PG", "DATABASE_"))
        and name not in ("FACTCHECK_TEMPLATE", "PYTHONDONTWRITEBYTECODE")
    }
    if environ.get("SAMPLE") == "1":
        kept["FACTCHECK_SLOW_SAMPLE"] = "1"
    return kept | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONUNBUFFERED": "1"} | more


# --- A PostgreSQL of our own ---


def other_user() -> dict[str, object]:
    """PostgreSQL refuses to run as root; these arguments make subprocess run it as somebody with fewer rights."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise SystemExit("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.")


@contextmanager
def server(programs: Path, **more: object) -> Iterator[str]:
    """A throw-away server; yields its address. Reached by a socket in a folder that only its user can enter.

    `more` are settings of PostgreSQL.
    """
    # Under /tmp by name: a socket's path may have about 100 characters, and TMPDIR is often longer on macOS.
    place = Path(tempfile.mkdtemp(prefix="factcheck-pg-", dir="/tmp"))
    running: subprocess.Popen[bytes] | None = None
    log = place / "log"
    try:
        user = other_user()
        if user:
            os.chown(place, user["user"], user["group"])  # type: ignore[arg-type]
        calm = {
            "cwd": place,
            "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            "start_new_session": True,
        }
        make = [
            programs / "initdb",
            "-D",
            place / "data",
            "-U",
            "factcheck",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        # C.UTF-8 knows the case of letters beyond ASCII; where the system lacks it, plain C has to do.
        for locale in ("C.UTF-8", "C"):
            made = subprocess.run(
                [*make, f"--locale={locale}"], capture_output=True, text=True, **calm, **user
            )  # type: ignore[call-overload]
            if made.returncode == 0:
                break
            shutil.rmtree(place / "data", ignore_errors=True)
        else:
            raise SystemExit(f"initdb failed:\n{made.stdout}{made.stderr}")
        wanted = {
            "listen_addresses": "",
            "unix_socket_directories": place,
            "max_connections": 200,
            "shared_buffers": "256MB",
            # Nothing here outlives the run, so nothing has to reach the disk.
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "jit": "off",
            **more,
        }
        words = [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            running = subprocess.Popen(  # type: ignore[call-overload]
                [programs / "postgres", "-D", place / "data", *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **calm,
                **user,
            )
        address = f"postgresql://factcheck@{quote(str(place), safe='')}/postgres"
        wait_until_ready(running, address, log)
        yield address
    finally:
        if running is not None:
            stop(running, [(signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)])
        shutil.rmtree(place, ignore_errors=True)


def wait_until_ready(running: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    import psycopg

    last: Exception | None = None
    for _ in range(300):
        if running.poll() is not None:
            break
        try:
            psycopg.connect(address, connect_timeout=2).close()
            return
        except psycopg.OperationalError as trouble:
            last = trouble
            time.sleep(0.1)
    raise SystemExit(f"PostgreSQL did not start ({last}):\n{log.read_text(errors='replace')}")


def stop(
    process: "subprocess.Popen[bytes]", steps: Iterable[tuple[signal.Signals, float]], group: bool = False
) -> None:
    """Asks, then insists. `group` reaches the workers too, which a parent that is killed would leave behind."""
    for number, patience in steps:
        if process.poll() is not None:
            return
        try:
            os.killpg(process.pid, number) if group else process.send_signal(number)
            process.wait(patience)
        except (ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
            continue


# --- The runs ---


class Run:
    """pytest on one engine, its output told line by line under the engine's name."""

    def __init__(self, engine: str, workers: int, words: list[str], environ: dict[str, str]) -> None:
        self.engine = engine
        self.lines: list[str] = []
        command = [
            sys.executable,
            "-m",
            "pytest",
            "--color=no",
            "-n",
            str(workers if workers > 1 else 0),
            *words,
        ]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches this process alone, which then ends the runs and the server in that order.
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self.tell, daemon=True)
        self.reader.start()

    def tell(self) -> None:
        assert self.process.stdout is not None
        for raw in self.process.stdout:
            line = raw.decode(errors="replace").rstrip()
            self.lines.append(line)
            print(f"{self.engine:<10} | {line}", flush=True)

    def finish(self) -> tuple[Counts, int]:
        code = self.process.wait()
        # A worker that hangs on keeps the pipe open; what it would still say is not worth waiting for.
        self.reader.join(10)
        return settled(counts_in(self.lines), code), code

    def end(self) -> None:
        stop(self.process, [(signal.SIGINT, 3), (signal.SIGTERM, 2), (signal.SIGKILL, 5)], group=True)


def prepare(words: list[str], environ: Mapping[str, str], address: str | None) -> str | None:
    """Do once what each worker would do by itself: the migrations, on both engines, and the compiling of the tests.

    Returns the name of PostgreSQL's migrated database; None where there is none. What fails here fails again, and is
    told, in the runs.
    """
    template = "migrated"
    commands: list[tuple[list[str], dict[str, str]]] = [
        (["tests.template"], {}),
        (["pytest", "--collect-only", "-q", "-n", "0", *words], {}),
    ]
    if address:
        commands.append((["tests.template", template], {"DATABASE_URL": address}))
    begun: list[subprocess.Popen[bytes]] = []
    with ExitStack() as ending:
        for command, more in commands:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=child_environment(environ, **more),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            ending.callback(stop, process, [(signal.SIGTERM, 5), (signal.SIGKILL, 5)], group=True)
            begun.append(process)
        codes = [process.wait() for process in begun]
    return template if address and codes[-1] == 0 else None


def banner(message: str) -> None:
    print(
        "\n".join(("", "!" * 80, *(f"!! {line}" for line in message.splitlines()), "!" * 80, "")), flush=True
    )


def test(mode: str, words: list[str], environ: Mapping[str, str]) -> tuple[Counts, bool]:
    programs = server_programs(environ)
    more: dict[str, str] = {}
    missing = [] if programs else [NO_POSTGRES]
    if mode == "slow":
        if found := browser(environ):
            more["CHROMIUM"] = found
        else:
            missing.append(NO_BROWSER)
    for message in missing:
        banner(message)
    if missing and everything_required(environ):
        print("Nothing may be missing here (CI=true or FACTCHECK_REQUIRE=all), so no test was run.")
        return Counts(failed=1), False

    words = ["-m", "slow" if mode == "slow" else "not slow", f"--randomly-seed={seed(environ)}", *words]
    if mode == "slow":
        # What shares a dear fixture stays in one process.
        words = ["--dist", "loadgroup", *words]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    workers = split_cores(cores, 2 if programs else 1)
    if mode == "fast":
        # The second engine leaves much to the slow run and is done early; then all cores have work.
        workers[0] = cores
    with ExitStack() as ending:

        def begin(engine: str, workers: int, **more: str) -> Run:
            run = Run(engine, workers, words, child_environment(environ, **more))
            ending.callback(run.end)
            return run

        # Entered before the run on it begins, so that in the end the run stops first.
        address = ending.enter_context(server(programs)) if programs else None
        template = prepare(words, environ, address)
        if address:
            more["FACTCHECK_TWO_ENGINES"] = "1"
        runs = [begin("sqlite", workers[0], **more)]
        if address:
            more["FACTCHECK_ENGINE_FREE_ELSEWHERE"] = "1"
            if template:
                more["FACTCHECK_TEMPLATE"] = template
            runs.append(begin("postgresql", workers[1], DATABASE_URL=address, **more))
        ended = [run.finish() for run in runs]
    print()
    for run, (counts, code) in zip(runs, ended, strict=True):
        print(f"{run.engine}: {counts}{f' (pytest ended with {code})' if code else ''}")
    total = sum((counts for counts, _ in ended), Counts())
    return total, all(code == 0 for _, code in ended) and total.passed > 0


def interrupted(number: int, frame: FrameType | None) -> None:
    # Once is enough: a second Ctrl-C must not stop the cleaning up.
    for each in STOPPING:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)


def main(arguments: list[str]) -> int:
    if arguments[:1] not in (["fast"], ["slow"]):
        print("Use: python -m tests.engines fast|slow [words for pytest]", file=sys.stderr)
        return 2
    for number in STOPPING:
        signal.signal(number, interrupted)
    total, good = test(arguments[0], arguments[1:], os.environ)
    print(total, flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
