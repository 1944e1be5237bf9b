"""Real processes that talk through torch.distributed's gloo backend on the loopback address.

Each is a `sims.worker.parent.Worker`, so none outlives its parent, however that ends.
"""

import contextlib
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from sims.lazy import torch
from sims.worker.child import task_named
from sims.worker.frames import Message
from sims.worker.parent import Worker


def together(work: str, size: int, *, seconds: float = 90.0, patience: float = 30.0) -> list[Any]:
    """Run `work` in `size` processes of one gloo group; return JSON-able results by rank.

    `work` names a function `"package.module:function"` of (rank, size). A collective that
    waits longer than `patience` seconds raises inside it. Raises a WorkerError when a process
    fails or takes longer than `seconds`.
    """
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        workers = [Worker() for _ in range(size)]
        for worker in workers:
            stack.callback(worker.close)
        # Entered last, so that its threads have ended before a worker is closed.
        pool = stack.enter_context(ThreadPoolExecutor(size))
        calls = [
            pool.submit(
                worker.call,
                "sims.worker.gloo:join",
                {
                    "work": work,
                    "rank": rank,
                    "size": size,
                    "meeting": f"file://{Path(folder) / 'meeting'}",
                    "patience": patience,
                },
                seconds=seconds,
            )
            for rank, worker in enumerate(workers)
        ]
        return [call.result() for call in calls]


def join(arguments: Message, send: Callable[[Message], None]) -> Any:
    """Join the group and do the work: what each process runs."""
    torch.distributed.init_process_group(
        "gloo",
        init_method=arguments["meeting"],
        rank=arguments["rank"],
        world_size=arguments["size"],
        timeout=timedelta(seconds=arguments["patience"]),
    )
    work: Any = task_named(arguments["work"])
    return work(arguments["rank"], arguments["size"])
