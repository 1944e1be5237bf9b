"""`python -m sims.worker`: be the worker's child."""

import sys

from sims.worker.child import main

main(sys.argv[1:])
