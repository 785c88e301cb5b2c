"""The needs at run time: what agents use of the world outside."""
