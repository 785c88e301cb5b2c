"""The needs at run time: what agents use of the world outside.

What stands here ships with every agent that has a need. Payments and Mail do not: import them from their own modules.
"""

from troupe.adapters.model import Model, ModelError
from troupe.adapters.warehouse import Warehouse

__all__ = ["Model", "ModelError", "Warehouse"]
