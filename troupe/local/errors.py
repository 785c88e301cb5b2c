"""What can go wrong with the local cloud itself, as one sentence for the person at the keyboard."""


class LocalCloudError(Exception):
    """The message says what is wrong, where, and what to do; there is nothing more to a traceback."""
