"""The one error of the stacks."""


class BuildError(ValueError):
    """Something of the project cannot be deployed; one sentence that says what, where and what to do."""
