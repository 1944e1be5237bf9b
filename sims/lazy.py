"""Heavy libraries that are imported at their first use, so that a topic imports in milliseconds.

`from sims.lazy import np, sympy, torch` costs nothing; `torch.zeros(3)` imports torch. Type
checkers see the real modules.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import mpmath
    import numpy as np
    import scipy
    import sympy
    import torch
else:

    class _LazyModule(ModuleType):
        """Stands in for a module and imports it when an attribute is first asked for."""

        def __getattr__(self, name: str) -> Any:
            """Import the real module, keep what was asked for, and return it."""
            module = importlib.import_module(self.__name__)
            try:
                value = getattr(module, name)
            except AttributeError:
                value = importlib.import_module(f"{self.__name__}.{name}")
            self.__dict__[name] = value
            return value

    mpmath = _LazyModule("mpmath")
    np = _LazyModule("numpy")
    scipy = _LazyModule("scipy")
    sympy = _LazyModule("sympy")
    torch = _LazyModule("torch")

__all__ = ["mpmath", "np", "scipy", "sympy", "torch"]
