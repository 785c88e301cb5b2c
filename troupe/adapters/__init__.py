"""The needs at run time: what agents use of the world outside.

Each name is loaded when it is asked for, and an asset holds the modules of those names alone that its agent imports:
an agent that sends mail ships no database driver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from troupe.adapters.claims import Claims
    from troupe.adapters.history import History
    from troupe.adapters.mail import Mail
    from troupe.adapters.model import Model, ModelError
    from troupe.adapters.payments import Payments
    from troupe.adapters.steps import Steps
    from troupe.adapters.warehouse import Warehouse

__all__ = ["Claims", "History", "Mail", "Model", "ModelError", "Payments", "Steps", "Warehouse"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "model" if name == "ModelError" else name.lower()
    return getattr(import_module(f"{__name__}.{home}"), name)
