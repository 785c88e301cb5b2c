"""The same synthesis as the tests of the templates."""

from tests.templates.synthesis import synthesize

__all__ = ["synthesize"]
