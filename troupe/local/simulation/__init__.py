"""Plays choreographies under faults that a seed draws, and checks what must always hold."""
