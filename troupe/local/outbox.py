"""Where e-mail ends on this machine: none leaves it, whoever would get one would take it for real."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass

from troupe.local.calls import Call

Response = tuple[int, dict[str, str], str | bytes]
_KEPT = 1000
_KEY = "X-Troupe-Key"


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail as SES was asked to send it. One that is sent again lies there twice, under the same key."""

    to: str
    subject: str
    text: str
    key: str


class Outbox:
    """SES on this machine: takes every e-mail, keeps the last 1,000."""

    def __init__(self) -> None:
        self.letters: deque[Letter] = deque(maxlen=_KEPT)

    def answer(self, call: Call) -> Response:
        """What SES answers to SendEmail."""
        asked = call.parameters
        simple = asked["Content"]["Simple"]
        headers = {header["Name"]: header["Value"] for header in simple.get("Headers", [])}
        for to in asked["Destination"]["ToAddresses"]:
            self.letters.append(
                Letter(to, simple["Subject"]["Data"], simple["Body"]["Text"]["Data"], headers.get(_KEY, ""))
            )
        said = {"MessageId": f"local-{len(self.letters)}"}
        return 200, {"Content-Type": "application/json"}, json.dumps(said)
