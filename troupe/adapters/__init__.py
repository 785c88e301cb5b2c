"""The needs at run time: what agents use of the world outside."""

from troupe.adapters.model import Model, ModelError
from troupe.adapters.warehouse import Warehouse

__all__ = ["Model", "ModelError", "Warehouse"]
