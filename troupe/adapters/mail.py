"""Sends e-mail through Amazon SES, and marks it so that one sent twice can be told.

Import it from here: what `troupe.adapters` itself names ships with every agent that has any need.
"""

from __future__ import annotations

import re
from typing import ClassVar, Literal, Self

from troupe.adapters._configured import NotConfigured, configured
from troupe.runtime.aws import client
from troupe.runtime.needs import Grant, Need
from troupe.runtime.settings import RuntimeSettings

PARAMETER = "mail"
"""The stage's SSM parameter that says who sends: {"from": an address that SES has verified}."""
FORM = '{"from": "somebody@example.com"}'
HEADER = "X-Troupe-Key"
"""The header of every e-mail that carries the key."""
_ADDRESS = re.compile(r"[^\s@,;:<>()\"\\]{1,64}@[A-Za-z0-9.-]{1,255}")
_KEY = re.compile(r"[!-~]{1,240}")
_REFUSALS = ("MessageRejected", "BadRequestException")


class MailError(Exception):
    """SES has not taken the e-mail, as far as anybody knows.

    `unavailable`: later may help. `refused`: it takes this e-mail never.
    """

    def __init__(self, kind: Literal["unavailable", "refused"], message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class Mail(Need):
    """SES v2 SendEmail.

    SES has no idempotency key: what is sent again is delivered again. So `key` prevents nothing; it is written into
    the header X-Troupe-Key, the same on every attempt, for people and their filters to tell a second copy by. A marker
    of our own would not do better. Set before sending, it loses the e-mail of a process that dies in between; set
    afterwards, it leaves the same gap as the decision, which is recorded right then.
    """

    grants: ClassVar[tuple[Grant, ...]] = (
        Grant(
            ("ssm:GetParameter",),
            (f"arn:{{partition}}:ssm:{{region}}:{{account}}:parameter/{{app}}/{{stage}}/{PARAMETER}",),
        ),
        Grant(
            ("ses:SendEmail",),
            ("arn:{partition}:ses:{region}:{account}:identity/*",),
            why="Who sends is a setting of the stage, and a domain or an address may be what SES has verified.",
        ),
    )
    slow: ClassVar[bool] = True
    acts: ClassVar[bool] = True

    def __init__(self, sender: str) -> None:
        if not _ADDRESS.fullmatch(sender):
            raise ValueError("the sender is one plain e-mail address")
        self._sender = sender

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        """The stage's sender. Raises MailError when its parameter is missing or not understood."""
        name = settings.names.parameter(PARAMETER)
        try:
            return configured(
                name, lambda said: cls(str(said["from"])), form=FORM, missing="Nobody is said to send e-mail"
            )
        except NotConfigured as error:
            raise MailError("unavailable", str(error)) from None

    @classmethod
    def is_outage(cls, error: Exception) -> bool:
        return isinstance(error, MailError) and error.kind == "unavailable"

    def send(self, to: str, subject: str, text: str, *, key: str) -> str:
        """Sends plain text to one address; SES's id of the message. Line breaks in the subject become spaces.

        Raises MailError; ValueError for what is no address or no key.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        if not _ADDRESS.fullmatch(to):
            raise ValueError(f"An e-mail goes to one plain address, not {to[:100]!r}.")
        if not _KEY.fullmatch(key):
            raise ValueError(f"A key is ctx.key: up to 240 printable characters without spaces, not {key[:50]!r}.")
        message = {
            "Subject": {"Data": " ".join(subject.split()), "Charset": "UTF-8"},
            "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
            "Headers": [{"Name": HEADER, "Value": key}],
        }
        try:
            sent = client("sesv2").send_email(
                FromEmailAddress=self._sender, Destination={"ToAddresses": [to]}, Content={"Simple": message}
            )
        except ClientError as error:
            said = error.response["Error"]
            kind: Literal["unavailable", "refused"] = "refused" if said["Code"] in _REFUSALS else "unavailable"
            raise MailError(kind, f"SES does not send it: {said['Code']}: {said.get('Message', '')}"[:500]) from error
        except BotoCoreError as error:
            raise MailError("unavailable", f"SES cannot be reached: {error}"[:500]) from error
        return str(sent["MessageId"])
