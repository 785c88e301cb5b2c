"""Replay: recorded events to one agent again, to finish work, to ask what if, or to do it anew."""
