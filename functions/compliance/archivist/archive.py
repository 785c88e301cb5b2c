"""Where dossiers stand: under `archive/` in the stage's bucket, which keeps them as long as the events."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Self

from troupe import Grant, Need
from troupe.runtime.aws import client
from troupe.runtime.settings import RuntimeSettings


class Archive(Need):
    """Puts things on the shelf; nobody takes them off. The same under the same name is put there once."""

    grants: ClassVar[tuple[Grant, ...]] = (
        Grant(
            ("s3:PutObject",),
            ("arn:{partition}:s3:::{app}-{stage}-payloads-{account}-{region}/archive/*",),
            why="A dossier's key ends in its archive number, which is drawn when it is filed.",
        ),
    )

    acts: ClassVar[bool] = True

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    @classmethod
    def open(cls, settings: RuntimeSettings) -> Self:
        return cls(settings.payload_bucket)

    def put(self, name: str, content: dict[str, Any]) -> str:
        """Puts JSON under a name that is the caller's alone; the key."""
        key = f"archive/{name}.json"
        body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        client("s3").put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
        return key
