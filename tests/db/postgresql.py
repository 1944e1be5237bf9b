"""A private PostgreSQL server for the tests: started once, on a Unix socket, and thrown away."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDERS = "/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin"
ABSENT = "no PostgreSQL server here (initdb was not found); on Debian: apt-get install postgresql"


def find() -> Path | None:
    """Return the folder of initdb and pg_ctl, None where no server is installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = [path for pattern in FOLDERS for path in Path("/").glob(pattern[1:])]
    return max((path for path in folders if (path / "pg_ctl").exists()), default=None)


def _roomy() -> str:
    """Return a folder without a disk behind it, where there is room in one."""
    memory = "/dev/shm"
    roomy = Path(memory).is_dir() and shutil.disk_usage(memory).free > 4 << 30
    return memory if roomy else "/tmp"


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """Yield the URL of a server that holds nothing yet; the server stops when the block ends.

    PostgreSQL refuses to run as root, so root starts it as the user `postgres`.
    """
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    how = {"user": user, "group": user, "extra_groups": []} if os.geteuid() == 0 else {}
    # A socket's path may have about 100 characters, so not below pytest's folders.
    with tempfile.TemporaryDirectory(prefix="pg-", dir=_roomy()) as folder:
        if how:
            shutil.chown(folder, user)

        def run(*command: str) -> None:
            subprocess.run(
                [programs / command[0], *command[1:]],
                check=True,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **how,
            )

        data = f"{folder}/data"
        run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        quick = "fsync=off synchronous_commit=off full_page_writes=off autovacuum=off jit=off"
        options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
        options += "".join(f" -c {setting}" for setting in quick.split())
        run("pg_ctl", "start", "-D", data, "-w", "-l", f"{folder}/log", "-o", options)
        try:
            yield f"postgresql+psycopg://tests@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "-D", data, "-w", "-m", "immediate")
