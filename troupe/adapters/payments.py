"""Charges cards at a payment provider, each decision once.

Import it from here: what `troupe.adapters` itself names ships with every agent that has any need.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from troupe.adapters._configured import NotConfigured, configured
from troupe.runtime.aws import client
from troupe.runtime.needs import Grant, Need
from troupe.runtime.settings import RuntimeSettings

PARAMETER = "payments"
"""The stage's SSM parameter that says where the provider is: {"url": "https://…", "secret": name of the secret whose
text is the provider's API key}. Without a secret nothing is sent to prove who asks."""
FORM = '{"url": "https://…", "secret": "…"}'
TIMEOUT_S = 15
"""Seconds that the provider may stay silent."""
_LONGEST = 65_536
_KEY = re.compile(r"[!-~]{1,240}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")
_HERE = ("127.0.0.1", "localhost", "::1")
# What says nothing about this payment: our credentials, a time-out, the same key at work just now, too early, too much.
_NOT_ABOUT_IT = (401, 403, 408, 409, 425, 429)


class PaymentsError(Exception):
    """There is no receipt.

    `unavailable` is the infrastructure's failure: later may help, and whether anything was charged is unknown until
    the same key has been tried again. `refused` is the provider's no to this payment.
    """

    def __init__(self, kind: Literal["unavailable", "refused"], message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class Payments(Need):
    """A payment provider over HTTPS: POST /charges and /refunds, JSON in and out, after the header `Idempotency-Key`.

    Pass `ctx.key`, the same on every attempt: an attempt whose answer was lost is made again and charges nothing. That
    holds for as long as the provider remembers keys, and only if it does. A handler with two charges gives each a key
    of its own, such as `f"{ctx.key}/deposit"`.
    """

    grants: ClassVar[tuple[Grant, ...]] = (
        Grant(
            ("ssm:GetParameter",),
            (f"arn:{{partition}}:ssm:{{region}}:{{account}}:parameter/{{app}}/{{stage}}/{PARAMETER}",),
        ),
        # Secrets Manager ends an ARN in six characters of its own.
        Grant(
            ("secretsmanager:GetSecretValue",),
            (f"arn:{{partition}}:secretsmanager:{{region}}:{{account}}:secret:{{app}}-{{stage}}-{PARAMETER}-??????",),
            why="Secrets Manager ends the ARN in six characters that nobody knows before.",
        ),
    )
    slow: ClassVar[bool] = True
    acts: ClassVar[bool] = True

    def __init__(self, url: str, token: str = "") -> None:
        parts = urlsplit(url)
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)):
            raise ValueError("the provider's url begins with https://")
        self._parts = parts
        self._port = parts.port  # reading it raises ValueError when it is none
        self._token = token

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        """The stage's provider; nothing is asked yet. Raises PaymentsError when its parameter is not understood."""
        name = settings.names.parameter(PARAMETER)
        try:
            return configured(name, cls._at, form=FORM, missing="There is no payment provider")
        except NotConfigured as error:
            raise PaymentsError("unavailable", str(error)) from None

    @classmethod
    def _at(cls, place: dict[str, Any]) -> Self:
        url, secret = str(place["url"]), str(place.get("secret", ""))
        return cls(url, _secret(secret) if secret else "")

    @classmethod
    def is_outage(cls, error: Exception) -> bool:
        return isinstance(error, PaymentsError) and error.kind == "unavailable"

    def charge(self, amount: Decimal, currency: str, *, key: str, card: str = "") -> str:
        """Charges an amount in units of an ISO 4217 currency, such as Decimal("12.50") EUR; the receipt's id.

        card: the provider's token of what is charged; empty where its account knows. Raises PaymentsError; ValueError
        for what is no amount, no currency, no token or no key.
        """
        if not amount.is_finite() or amount <= 0:
            raise ValueError(f"An amount to charge is more than nothing, not {amount}.")
        if not _CURRENCY.fullmatch(currency):
            raise ValueError(f"A currency is three capital letters, not {currency[:20]!r}.")
        if card and not _TOKEN.fullmatch(card):
            raise ValueError(
                "A card is the provider's token of it: up to 200 letters, digits, hyphens and underscores."
            )
        which = {"card": card} if card else {}
        return self._ask("charge", {"amount": f"{amount:f}", "currency": currency, **which}, key)

    def refund(self, receipt: str, *, key: str) -> str:
        """Gives back all of a charge; the refund's own receipt. Raises as `charge` does."""
        if not _TOKEN.fullmatch(receipt):
            raise ValueError(f"A receipt is what charge() returned, not {receipt[:50]!r}.")
        return self._ask("refund", {"charge": receipt}, key)

    def _ask(self, what: str, body: dict[str, str], key: str) -> str:
        # A charge and its refund may come from one decision: the same key for both would be refused.
        if not _KEY.fullmatch(key):
            raise ValueError(f"A key is ctx.key: up to 240 printable characters without spaces, not {key[:50]!r}.")
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": f"{what}:{key}"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        status, text = self._post(f"/{what}s", json.dumps(body).encode(), headers)
        where = f"The payment provider answered the {what} with {status}"
        if 400 <= status < 500 and status not in _NOT_ABOUT_IT:
            raise PaymentsError("refused", f"{where}{_reason(text)}")
        if not 200 <= status < 300:
            raise PaymentsError("unavailable", f"{where}{_reason(text)}")
        receipt = _object(text).get("id")
        if not isinstance(receipt, str) or not _TOKEN.fullmatch(receipt):
            raise PaymentsError("unavailable", f"{where} and no id of a receipt.")
        return receipt

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        # http.client follows no redirect, so that neither the charge nor the API key goes elsewhere.
        from http.client import HTTPConnection, HTTPException, HTTPSConnection

        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = kind(self._parts.hostname or "", self._port, timeout=TIMEOUT_S)
        try:
            connection.request("POST", self._parts.path.rstrip("/") + path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(_LONGEST)
        except (OSError, HTTPException) as error:
            raise PaymentsError(
                "unavailable", f"The payment provider at {self._parts.hostname} does not answer: {error}"[:500]
            ) from error
        finally:
            connection.close()


def _secret(name: str) -> str:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return str(client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]).strip()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise PaymentsError(
            "unavailable", f"The payment provider's secret {name[:200]} cannot be read: {code}."
        ) from None
    except BotoCoreError as error:
        raise PaymentsError(
            "unavailable", f"The payment provider's secret {name[:200]} cannot be read: {error}"
        ) from None


def _object(text: bytes) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _reason(text: bytes) -> str:
    """The provider's own words, if it has any."""
    said = _object(text).get("error")
    return f": {' '.join(said.split())[:300]}" if isinstance(said, str) and said.strip() else "."
