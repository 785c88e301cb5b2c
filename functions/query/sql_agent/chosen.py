"""Who translates: the stage's setting `translator`."""

from __future__ import annotations

from typing import ClassVar, Literal, Self, get_args

from contracts.query import QueryReceived, SQLGenerated, SQLGenerationError
from troupe import Grant, Need
from troupe.runtime.aws import client
from troupe.runtime.settings import RuntimeSettings

from .answer import answer
from .model_translator import ModelTranslator
from .translate import Translator

Choice = Literal["offline", "model", "offline-then-model"]


class Chosen(Need):
    """What the stage's SSM parameter `translator` says, read once; without it, `offline`."""

    grants: ClassVar[tuple[Grant, ...]] = (
        Grant(
            ("ssm:GetParameter",),
            ("arn:{partition}:ssm:{region}:{account}:parameter/{app}/{stage}/translator",),
        ),
    )

    def __init__(self, choice: Choice = "offline") -> None:
        self.choice: Choice = choice

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        """Raises ValueError when the parameter says something else."""
        name = settings.names.parameter("translator")
        ssm = client("ssm")
        try:
            value = ssm.get_parameter(Name=name)["Parameter"]["Value"]
        except ssm.exceptions.ParameterNotFound:
            return cls()
        for choice in get_args(Choice):
            if value == choice:
                return cls(choice)
        raise ValueError(f"The SSM parameter {name} is {value!r}; it is one of {', '.join(get_args(Choice))}.")


def translated(
    event: QueryReceived, choice: Choice, offline: Translator, model: ModelTranslator
) -> SQLGenerated | SQLGenerationError:
    """The translation of whoever is chosen; rules first where both are, for they are exact, free and instant."""
    if choice == "model":
        return model.answer(event)
    found = answer(event, offline)
    if choice == "offline" or isinstance(found, SQLGenerated):
        return found
    asked = model.answer(event)
    if isinstance(asked, SQLGenerationError):
        # Both reasons: the model's may be that it could not be asked, and the rules' names the words.
        return asked.model_copy(
            update={
                "reason": f"{found.reason} {asked.reason}",
                "unplaced": asked.unplaced or found.unplaced,
                "suggestions": found.suggestions,
            }
        )
    return asked
