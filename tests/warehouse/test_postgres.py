"""The local server: shared, started once, and gone with its last user, however that user goes."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from troupe.local.postgres import PostgresError, serve
from troupe.runtime.settings import project_root

USER = """
import sys
from pathlib import Path
from troupe.local.postgres import serve
import psycopg
with serve(Path(sys.argv[1])) as server:
    print(psycopg.connect(server.url()).execute("SELECT pg_postmaster_start_time()").fetchone()[0], flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, so that the socket is inside; pytest's own are longer than a socket's may be."""
    with tempfile.TemporaryDirectory(prefix="pg") as path:
        yield Path(path) / "postgres"


@pytest.fixture
def user(folder: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts another process that uses the server until its stdin closes."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", USER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=project_root(),
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def processes(folder: Path) -> list[psutil.Process]:
    """The servers and keepers of a folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        command = process.info["cmdline"] or []
        if any(str(folder) in part for part in command) and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return [process for process in found if USER not in process.info["cmdline"]]


def ends(folder: Path) -> bool:
    deadline = time.monotonic() + 30
    while processes(folder) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not processes(folder)


def postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def test_it_starts_stops_and_keeps_its_data(folder: Path) -> None:
    with serve(folder) as server:
        with psycopg.connect(server.database("mine")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        assert processes(folder)
    assert not (folder / "data" / "postmaster.pid").exists(), "close returns when the server has stopped"
    assert ends(folder)

    with serve(folder) as server, psycopg.connect(server.database("mine")) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_nobody_else_gets_in(folder: Path) -> None:
    with serve(folder) as server:
        sockets = folder / "run"
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE((sockets / ".s.PGSQL.5432").stat().st_mode) == 0o700
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_processes_that_come_at_once_share_one_server(folder: Path, user: Callable[[], subprocess.Popen[str]]) -> None:
    users = [user() for _ in range(3)]
    births = {said(process) for process in users}

    assert len(births) == 1
    assert births != {""}
    users[0].kill()
    users[1].communicate()
    assert users[2].poll() is None
    with serve(folder) as server, psycopg.connect(server.url()) as connection:
        assert str(connection.execute("SELECT pg_postmaster_start_time()").fetchone()[0]) in births  # type: ignore[index]
    assert processes(folder), "the third still uses it"
    users[2].communicate()
    assert ends(folder)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_no_end_of_a_user_leaves_a_server(
    folder: Path, user: Callable[[], subprocess.Popen[str]], end: signal.Signals
) -> None:
    process = user()
    assert said(process)

    process.send_signal(end)

    process.wait(60)
    assert ends(folder)


def test_what_kill_left_is_put_in_order(folder: Path) -> None:
    with serve(folder) as server:
        connection = psycopg.connect(server.database("mine"), autocommit=True)
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        for process in processes(folder):  # the keeper and the server, but not the server's own children
            process.kill()
        server.close()
    assert (folder / "data" / "postmaster.pid").exists()

    with serve(folder) as server, psycopg.connect(server.url("mine")) as again:
        assert again.execute("SELECT one FROM kept").fetchone() == (1,)
    assert ends(folder)
    connection.close()


def test_a_server_without_its_keeper_is_replaced(folder: Path) -> None:
    with serve(folder) as server:
        orphan = postmaster(folder)
        for process in processes(folder):
            if process.pid != orphan:
                process.kill()
        server.close()
    assert psutil.pid_exists(orphan)

    with serve(folder):
        assert postmaster(folder) != orphan
    assert ends(folder)


def test_a_number_that_is_another_process_now_is_not_believed(folder: Path) -> None:
    serve(folder).close()
    stale = folder / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{folder / 'data'}\n1\n5432\n{folder / 'run'}\n\n1 1\nready\n")

    with serve(folder) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_data_that_is_unfinished_or_of_another_version_is_made_again(folder: Path) -> None:
    for name, version in (("data", "16"), ("data.new", "18")):
        (folder / name).mkdir(parents=True)
        (folder / name / "PG_VERSION").write_text(f"{version}\n")

    with serve(folder) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not (folder / "data.new").exists()


def test_a_long_path_has_its_socket_elsewhere_and_leaves_nothing(folder: Path) -> None:
    deep = folder / ("x" * 60) / ("y" * 60)
    with serve(deep) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        sockets = Path(server.url().partition("host=")[2].replace("%2F", "/"))
        assert sockets.is_dir()

    assert not sockets.exists()


def test_a_folder_that_somebody_put_in_the_way_is_not_trusted(folder: Path) -> None:
    deep = folder / ("x" * 60) / ("y" * 60)
    with serve(deep) as server:
        sockets = Path(server.url().partition("host=")[2].replace("%2F", "/"))
    sockets.mkdir(mode=0o777)
    sockets.chmod(0o777)
    try:
        with pytest.raises(PostgresError, match=f"Somebody else made {sockets}"):
            serve(deep)
    finally:
        sockets.rmdir()


def test_a_folder_that_cannot_be_written_is_a_sentence(folder: Path) -> None:
    folder.write_text("a file")

    with pytest.raises(PostgresError, match=r"^The folder .*postgres cannot be written \(.*\): .*\.$"):
        serve(folder)


def test_a_server_that_does_not_start_says_why(folder: Path) -> None:
    serve(folder).close()
    (folder / "data" / "postgresql.conf").write_text("shared_preload_libraries = 'no_such_library'\n")

    with pytest.raises(PostgresError, match=r"^PostgreSQL did not start: .*no_such_library.*server\.log") as failure:
        serve(folder)

    assert "\n" not in str(failure.value)
    assert ends(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server another user")
@pytest.mark.parametrize("mode", [0o700, 0o755])
def test_root_lends_it_nobody_and_opens_no_folder_for_that(folder: Path, mode: int) -> None:
    folder.parent.chmod(mode)
    with serve(folder):
        assert psutil.Process(postmaster(folder)).username() == "nobody"

    assert stat.S_IMODE(folder.parent.stat().st_mode) == mode
