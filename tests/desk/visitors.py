"""People at the desk of a local cloud: what its function answers to the requests that its URL would pass on."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any

from troupe.local.cloud import LocalCloud
from troupe.local.front_door import Answer, as_http, request

ADA, BEA = "arn:aws:iam::1:user/ada", "arn:aws:sts::1:assumed-role/boss/bea"


@dataclass
class Visitors:
    """Whoever comes."""

    cloud: LocalCloud

    def http(self, caller: str, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        desk = self.cloud.world.desk
        assert desk is not None
        path, _, query = path.partition("?")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return as_http(self.cloud.functions.invoke(desk, request(method, path, query, named, body, caller)))

    def say(self, caller: str, type_: str, data: Any, where: str = "", **headers: str) -> tuple[int, dict[str, Any]]:
        status, _, answer = self.http(caller, "POST", f"/events/{type_}{where}", json.dumps(data).encode(), **headers)
        self.cloud.run_until_idle()
        return status, json.loads(answer)

    def ask(self, caller: str, question: str) -> str:
        status, answer = self.say(caller, "QueryReceived", {"question": question})
        assert status == 202
        return str(answer["correlation_id"])

    def look(self, caller: str, path: str) -> Any:
        status, headers, body = self.http(caller, "GET", path, accept_encoding="gzip")
        assert status == 200, body
        return json.loads(gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body)
