"""Speaks to the desk of a deployed stage: finds its URL, signs, comes again when it is told to."""

from __future__ import annotations

import gzip
import json
import re
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

from troupe.event_store.read import StoredEvent, Story
from troupe.runtime.aws import client
from troupe.runtime.contract import Event
from troupe.runtime.envelope import wire
from troupe.runtime.incidents import AgentFailed, ChoreographyStalled
from troupe.runtime.settings import Names

_ATTEMPTS = 6
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.3, 5.0
_TIMEOUT_S = 30
_RECORDED_S = 30.0
"""How long it may take until the recorder has written what was just said."""
_REGION = re.compile(r"https://[^/]+\.lambda-url\.([a-z0-9-]+)\.on\.aws")
_STUCK = frozenset(incident.type_name() for incident in (AgentFailed, ChoreographyStalled))
Sleep = Callable[[float], Any]


class DeskError(Exception):
    """The desk refuses, or cannot be spoken to; one sentence."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


class Desk:
    """The desk of one stage, spoken to under the AWS credentials at hand. Within `reached`."""

    def __init__(self, names: Names, *, sleep: Sleep = time.sleep) -> None:
        self._names = names
        self._sleep = sleep
        self._url = _place(names)

    def say(self, event: Event, correlation_id: str = "") -> str:
        """Says it; returns the correlation id. Tried again under one key, so that it is said once. Raises DeskError."""
        query = f"?{urlencode({'correlation': correlation_id})}" if correlation_id else ""
        body = json.dumps(wire(event), ensure_ascii=False).encode()
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
        path = f"events/{quote(event.type_name())}{query}"
        return str(json.loads(self._call("POST", path, body, headers))["correlation_id"])

    def wait(self, correlation_id: str, patience_s: float) -> dict[str, Any]:
        """How the story stands once it has ended, waits for a person or is stuck, or when patience is over.

        It is stuck when an agent has given up or the watchdog has spoken: then only an operator moves it on.
        Raises DeskError.
        """
        began, pause = time.monotonic(), _FIRST_PAUSE_S
        status: dict[str, Any] = {"outcome": "open"}
        while True:
            waited = time.monotonic() - began
            try:
                status = self._get(f"stories/{quote(correlation_id, safe='')}")
            except DeskError as error:
                if error.status != 404 or waited > _RECORDED_S:
                    raise
            stuck = any(incident["type"] in _STUCK for incident in status.get("incidents", ()))
            if status["outcome"] != "open" or stuck or waited > patience_s:
                return status
            self._sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_S)

    def story(self, correlation_id: str) -> Story:
        """Every event of a story of one's own, with its data; pages are left out. Raises DeskError."""
        told = self._get(f"stories/{quote(correlation_id, safe='')}/events")
        return Story(correlation_id, [_stored(event) for event in told["events"]], told["status"])

    def view(self, correlation_id: str) -> str:
        """The page that a story ended with. Raises DeskError."""
        return self._call("GET", f"stories/{quote(correlation_id, safe='')}/view").decode()

    def requests(self, since: str) -> list[dict[str, Any]]:
        """What waits for somebody's word and concerns whoever asks. Raises DeskError."""
        return list(self._get(f"requests?{urlencode({'since': since})}")["requests"])

    def _get(self, path: str) -> Any:
        return json.loads(self._call("GET", path))

    def _call(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
        """The body of the answer. Whoever is throttled, or not heard at all, comes again. Raises DeskError."""
        refusal = DeskError("")
        for pause in [*_pauses(), None]:
            status, answer = self._once(method, path, body, headers or {})
            if 200 <= status < 300:
                return answer
            refusal = DeskError(self._sentence(status, answer), status)
            if pause is None or not (status == 0 or status == 429 or status >= 500):
                break
            self._sleep(pause)
        raise refusal

    def _once(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import ConnectionError, HTTPClientError
        from botocore.httpsession import URLLib3Session
        from botocore.session import get_session

        session = get_session()
        region = (_REGION.match(self._url) or [None, session.get_config_variable("region") or "us-east-1"])[1]
        request = AWSRequest(method, self._url + path, headers | {"Accept-Encoding": "gzip"}, body)
        SigV4Auth(session.get_credentials(), "lambda", region).add_auth(request)
        try:
            response = URLLib3Session(timeout=_TIMEOUT_S).send(request.prepare())
            answer = response.content
        except (ConnectionError, HTTPClientError) as error:
            return 0, str(error).encode()
        return response.status_code, gzip.decompress(answer) if _is_zipped(response.headers) else answer

    def _sentence(self, status: int, answer: bytes) -> str:
        try:
            said = json.loads(answer)
            if isinstance(said, dict) and said.get("error"):
                return str(said["error"])
        except ValueError:
            pass
        if status == 0:
            return f"The desk of {self._names.stage} cannot be reached: {answer.decode(errors='replace')[:300]}"
        if status == 403:
            policy = f"{self._names.agent('platform.desk')}-callers"
            return f"AWS does not let you speak to the desk: have the policy {policy} attached to your role or user."
        if status == 429:
            return "The desk turns requests away: too many at once. Try again in a minute."
        return f"The desk answered with status {status} and said nothing that can be shown."


def _place(names: Names) -> str:
    """The desk's URL, from the parameter that its stack writes. Raises DeskError."""
    from botocore.exceptions import ClientError

    name = names.parameter("desk")
    try:
        return str(client("ssm").get_parameter(Name=name)["Parameter"]["Value"]).rstrip("/") + "/"
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        raise DeskError(f"The stage {names.stage} has no desk: the parameter {name} is missing. Deploy it.") from None


def _pauses() -> Iterator[float]:
    yield from (min(_FIRST_PAUSE_S * 2**attempt, _LONGEST_PAUSE_S) for attempt in range(_ATTEMPTS - 1))


def _is_zipped(headers: Any) -> bool:
    return any(name.lower() == "content-encoding" and value == "gzip" for name, value in headers.items())


def _stored(told: dict[str, Any]) -> StoredEvent:
    """The event as the store has it, from what the desk tells; its data is in it, wherever it lay."""
    metadata = {name: value for name, value in told["detail"]["metadata"].items() if name != "payload"}
    kind = "D#{}#" if told["divergent"] else "E#{}"
    return StoredEvent(
        {
            "pk": {"S": f"C#{metadata['correlation_id']}"},
            "sk": {"S": kind.format(metadata["id"])},
            "type": {"S": told["type"]},
            "source": {"S": told["source"]},
            "recorded": {"S": told["recorded"]},
            "body": {"B": zlib.compress(json.dumps({**told["detail"], "metadata": metadata}).encode())},
        }
    )
