"""A private PostgreSQL that runs while somebody uses it.

Each user holds a shared lock on `users.lock`, which the kernel releases when the
process ends, however it ends. The last user to leave stops the server; a small keeper
process does it when the last user was killed. `keep` marks a server that a person
started with `dev/pg start` and that stays up until `dev/pg stop`.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from . import postgres_programs
from .locks import exclusive, open_lock, try_exclusive
from .paths import APART, LIBRARY, OWN_LOCKS
from .progress import SetupError, say, step

PORT = 5432
USER = "odoo"
SETTINGS = """
listen_addresses = ''
max_connections = 300
shared_buffers = 256MB
max_wal_size = 2GB
jit = off
"""
SPEED = """
# A throw-away development server: speed over surviving a power cut.
fsync = off
full_page_writes = off
synchronous_commit = off
"""


class Postgres:
    """The checkout's server; as a context manager it is up inside the block."""

    def __init__(self) -> None:
        self.programs = postgres_programs.find()
        self.account = postgres_programs.account()
        self.home = postgres_programs.home()
        self.socket = postgres_programs.socket_folder()
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self.keep = OWN_LOCKS / "keep"
        self._start_lock = OWN_LOCKS / "quick-start.lock"
        self._users_lock = OWN_LOCKS / "users.lock"
        self._descriptor: int | None = None

    # --- what others see

    @property
    def variables(self) -> dict[str, str]:
        """The variables by which PostgreSQL's clients find the server."""
        return {"PGHOST": str(self.socket), "PGPORT": str(PORT), "PGUSER": USER}

    @property
    def descriptor(self) -> int:
        """The held lock's file descriptor: a child that inherits it is a user too."""
        assert self._descriptor is not None, "not inside the context"
        return self._descriptor

    def __enter__(self) -> Postgres:
        self._descriptor = open_lock(self._users_lock)
        with exclusive(self._start_lock):
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)
            try:
                self._ensure_running()
            except BaseException:
                self._release()
                raise
        return self

    def __exit__(self, *_exc: object) -> None:
        with exclusive(self._start_lock):
            self._release()
            self.stop_if_unused()

    def _release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def start_and_keep(self) -> None:
        """Start the server and let it run when its last user leaves."""
        with self:
            self.keep.write_text(str(self._pid()))

    def stop_kept(self) -> bool:
        """End what `start_and_keep` began; False while somebody still uses it."""
        with exclusive(self._start_lock):
            self.keep.unlink(missing_ok=True)
            return self.stop_if_unused()

    def stop_if_unused(self) -> bool:
        """Stop the server if nobody uses or keeps it; the caller has the start lock."""
        descriptor = open_lock(self._users_lock)
        try:
            if not try_exclusive(descriptor) or self.kept():
                return False
            if self.running():
                self._control("stop", "-m", "fast")
            return True
        finally:
            os.close(descriptor)

    def wait_until_unused(self) -> None:
        """Sleep until no process holds the users' lock."""
        descriptor = open_lock(self._users_lock)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        finally:
            os.close(descriptor)

    def running(self) -> bool:
        """Whether the server's process is there."""
        return self._control("status", check=False) == 0

    def kept(self) -> bool:
        """Whether a person asked for this very server process to stay up."""
        try:
            return self.keep.read_text() == str(self._pid())
        except OSError:
            return False

    def query(self, statement: str, database: str = "postgres") -> str:
        """Run one statement; answers the unaligned output of psql."""
        command = [str(self.programs / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(
            [*command, "-d", database, "-c", statement],
            env={**os.environ, **self.variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SetupError(f"PostgreSQL: {done.stderr.strip().splitlines()[0]}")
        return done.stdout.strip()

    def checkpoint(self) -> None:
        """To be called after a copy of a database, where the cluster may crash.

        A copied sequence counts on numbers that were logged for the original only; it
        logs its own after a checkpoint. A crash before gives numbers out twice.
        """
        self._superuser("CHECKPOINT")

    # --- how it is done

    def _superuser(self, statement: str) -> None:
        self._run(
            *[str(self.programs / "psql"), "-XqAt", "-h", str(self.socket)],
            *["-p", str(PORT), "-U", "postgres", "-d", "postgres", "-c", statement],
        )

    def _pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def _ensure_running(self) -> None:
        self._make_folders()
        if not self.running():
            if not (self.data / "made").exists():
                self._make_cluster()
            self._start()
        self._start_keeper()

    def _make_folders(self) -> None:
        for folder in (self.home, self.socket):
            if not folder.exists():
                folder.mkdir(parents=True)
                folder.chmod(0o700)
                if os.geteuid() == 0:
                    os.chown(folder, self.account.uid, self.account.gid)
            elif folder.stat().st_uid != self.account.uid:
                raise SetupError(f"{folder} belongs to another account: remove it")

    def _make_cluster(self) -> None:
        with step("making a PostgreSQL cluster"):
            self._run("rm", "-rf", str(self.data))
            command = [str(self.programs / "initdb"), "-D", str(self.data), "-N"]
            command += ["-E", "UTF8", "-U", "postgres", "-A", "trust"]
            if self._run(*command, "--locale=C.UTF-8", check=False):
                self._run("rm", "-rf", str(self.data))
                self._run(*command, "--locale=C")
            with (self.data / "postgresql.conf").open("a") as configuration:
                # one that is made to be killed survives it, as a real one does
                configuration.write(SETTINGS if APART else SETTINGS + SPEED)
        self._start()
        self._superuser(f"CREATE ROLE {USER} LOGIN CREATEDB")
        (self.data / "made").touch()

    def _start(self) -> None:
        self._require_version()
        if not self.running():
            self._control("start", "-w", "-l", str(self.log), "-o", self._options())

    def _require_version(self) -> None:
        command = [str(self.programs / "pg_ctl"), "--version"]
        version = subprocess.run(command, capture_output=True, text=True, check=True)
        major = version.stdout.split()[2].split(".")[0]
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != major:
            raise SetupError(
                f"the databases were made by PostgreSQL {made_by} and {major} is "
                "installed now: dev/clean-cache removes them"
            )

    def _options(self) -> str:
        return f"-k '{self.socket}' -p {PORT}"

    def _control(self, action: str, *arguments: str, check: bool = True) -> int:
        command = [str(self.programs / "pg_ctl"), action, "-s", "-D", str(self.data)]
        return self._run(*command, *arguments, check=check)

    def _run(self, *command: str, check: bool = True) -> int:
        done = subprocess.run(
            command,
            cwd=self.home if self.home.exists() else "/",
            env={**os.environ, "HOME": str(self.home), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            **self.account.options,  # type: ignore[call-overload]
        )
        if done.returncode and check:
            lines = done.stderr.strip().splitlines() or ["no message"]
            name = Path(command[0]).name
            raise SetupError(f"PostgreSQL's {name}: {lines[-1]} (log: {self.log})")
        return done.returncode

    def _start_keeper(self) -> None:
        alone = open_lock(OWN_LOCKS / "keeper.lock")
        missing = try_exclusive(alone)
        os.close(alone)
        if not missing:
            return
        subprocess.Popen(
            [sys.executable, "-B", "-m", "devlib.keeper"],
            env={**os.environ, "PYTHONPATH": str(LIBRARY)},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def describe(server: Postgres) -> None:
    """Say whether the server runs, and for whom."""
    if not server.running():
        say("PostgreSQL is not running; commands start it when they need it")
        return
    kept = " (kept up: `dev/pg stop` ends it)" if server.kept() else ""
    say(f"PostgreSQL runs{kept}: PGHOST={server.socket} PGPORT={PORT} PGUSER={USER}")
