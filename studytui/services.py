"""The services that screens share: settings, store and worker children, opened at first use."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from studytui import config
from studytui.config import Config

if TYPE_CHECKING:
    from db.store import Store
    from sims.worker.parent import Worker

ALGEBRA_MEMORY = 2 << 30
"""Bytes of address space for the child that grades and proves."""
SIMULATION_MEMORY = 6 << 30
"""Bytes of resident memory for the child that simulates."""
CLAIMS_MEMORY = 2 << 30
"""Bytes of resident memory for the child that decides claims, its libraries included."""


class Services:
    """The settings, the store, and three children: for algebra, simulations and claims.

    Every method may block, so screens call them from a thread. One child grades while another
    simulates, so that an answer never waits for a simulation.
    """

    def __init__(self, settings: Config | None = None) -> None:
        """Keep the settings."""
        self.settings = settings or Config()
        self._lock = threading.Lock()
        self._store: Store | None = None
        self._workers: dict[str, Worker] = {}

    def __enter__(self) -> Self:
        """Return the services, to be closed at the end of the block."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close them."""
        self.close()

    def store(self) -> "Store":
        """Return the store, opening it at the first call."""
        with self._lock:
            if self._store is None:
                from db.store import Store

                location = config.store_location(self.settings)
                self._store = Store.open(
                    location,
                    options=config.options(self.settings),
                    begin=config.is_default_store(self.settings),
                )
            return self._store

    def files(self) -> tuple[tuple[int, int], ...]:
        """Return size and time of the store's files, which change when it is written to.

        A store on a server has none.
        """
        location = config.store_location(self.settings)
        files = []
        for name in (location, f"{location}-wal"):
            try:
                status = Path(name).stat()
            except OSError:
                files.append((0, 0))
            else:
                files.append((status.st_size, status.st_mtime_ns))
        return tuple(files)

    def tend(self) -> str:
        """Make the store's daily copy; return a sentence where that fails, else nothing.

        Such a failure spoils no review. Damage, which may, is raised as StoreCorrupt.
        """
        from db.store import StoreCorrupt, StoreError

        store = self.store()
        try:
            store.tend()
        except StoreCorrupt:
            raise
        except StoreError as error:
            return f"Every review is saved, but the store could not be copied today. {error}"
        return ""

    def algebra(self) -> "Worker":
        """Return the child that grades answers and proves derivations."""
        return self._worker("algebra", address_space=ALGEBRA_MEMORY)

    def simulations(self) -> "Worker":
        """Return the child that runs simulations and claims."""
        return self._worker("simulations", resident=SIMULATION_MEMORY)

    @staticmethod
    def log_of(name: str) -> Path:
        """Return the file that takes the standard error of a child."""
        return config.home() / "logs" / f"{name}.log"

    def claims(self) -> "Worker":
        """Return the child that decides claims while they are written."""
        return self._worker("claims", resident=CLAIMS_MEMORY)

    def _worker(self, name: str, **limits: Any) -> "Worker":
        with self._lock:
            if name not in self._workers:
                from sims.worker.parent import Worker

                self._workers[name] = Worker(log=self.log_of(name), **limits)
            return self._workers[name]

    def close(self) -> None:
        """End the children, which frees any thread that waits for one, and close the store."""
        with self._lock:
            workers, store = list(self._workers.values()), self._store
            self._workers, self._store = {}, None
        for worker in workers:
            worker.close()
        if store is not None:
            store.close()
