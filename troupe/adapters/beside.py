"""Files that lie beside an agent's code and ship with it: instructions as Markdown, policies as YAML."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from troupe.runtime.envelope import first_fault

M = TypeVar("M", bound=BaseModel)


def text(module: str, name: str) -> str:
    """The file of this name beside a module; `module` is its `__file__`."""
    return Path(module).with_name(name).read_text(encoding="utf-8")


def policy(module: str, kind: type[M], name: str = "policy.yaml") -> M:
    """The policy beside a module. Raises ValueError, in one sentence, when the file says something else."""
    import yaml

    try:
        return kind.model_validate(yaml.safe_load(text(module, name)))
    except (yaml.YAMLError, ValidationError) as error:
        said = first_fault(error) if isinstance(error, ValidationError) else " ".join(str(error).split())
        raise ValueError(f"{Path(module).with_name(name)} is not understood: {said}") from None
