"""CloudFormation's intrinsic functions: turns what a template says into the values that the account would see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class UnknownFunction(ValueError):
    """The template uses an intrinsic function, or uses one in a way, that the local cloud does not know."""


class NoValue:
    """`AWS::NoValue`: the property is as good as absent."""


NO_VALUE = NoValue()


class Resolver:
    """Resolves the values of one template.

    ref: the value of a parameter, pseudo parameter or resource by logical id; raises KeyError.
    attribute: the value of a resource's attribute by logical id and name; raises KeyError.
    """

    def __init__(
        self,
        template: dict[str, Any],
        ref: Callable[[str], Any],
        attribute: Callable[[str, str], Any],
    ) -> None:
        self._mappings = template.get("Mappings", {})
        self._conditions = template.get("Conditions", {})
        self._ref = ref
        self._attribute = attribute

    def resolve(self, value: Any) -> Any:
        """The value with all functions carried out. Raises UnknownFunction, or KeyError for an unknown name."""
        if isinstance(value, list):
            return [v for v in map(self.resolve, value) if v is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name == "Ref":
                return self._ref(argument)
            if name.startswith("Fn::"):
                return self._call(name, argument)
        return {k: r for k, v in value.items() if (r := self.resolve(v)) is not NO_VALUE}

    def condition(self, name: str) -> bool:
        """Whether a condition of the template holds."""
        return self._holds(self._conditions[name])

    def _call(self, name: str, argument: Any) -> Any:
        if name == "Fn::GetAtt":
            logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
            return self._attribute(logical_id, attribute)
        if name == "Fn::Join":
            separator, parts = argument
            return separator.join(str(part) for part in self.resolve(parts))
        if name == "Fn::Sub":
            return self._substitute(argument)
        if name == "Fn::Select":
            index, options = argument
            return self.resolve(options)[int(self.resolve(index))]
        if name == "Fn::Split":
            separator, text = argument
            return self.resolve(text).split(separator)
        if name == "Fn::FindInMap":
            map_name, first, second = (self.resolve(part) for part in argument)
            return self._mappings[map_name][first][second]
        if name == "Fn::If":
            condition, then, otherwise = argument
            return self.resolve(then if self.condition(condition) else otherwise)
        raise UnknownFunction(f"it uses {name}, which the local cloud does not know")

    def _substitute(self, argument: Any) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})

        def replace(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return "${" + name + "}"
            if name in own:
                return str(self.resolve(own[name]))
            if "." in name:
                return str(self._attribute(*name.split(".", 1)))
            return str(self._ref(name))

        return _PLACEHOLDER.sub(replace, text)

    def _holds(self, condition: Any) -> bool:
        name, argument = next(iter(condition.items()))
        if name == "Condition":
            return self.condition(argument)
        if name == "Fn::Equals":
            left, right = self.resolve(argument)
            return bool(left == right)
        if name == "Fn::Not":
            return not self._holds(argument[0])
        if name == "Fn::And":
            return all(self._holds(part) for part in argument)
        if name == "Fn::Or":
            return any(self._holds(part) for part in argument)
        raise UnknownFunction(f"a condition uses {name}, which the local cloud does not know")
