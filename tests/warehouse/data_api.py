"""A stand-in for the Data API that executes on a PostgreSQL of this machine.

What it takes and what it answers goes through botocore's own models: requests are validated by the client, responses
are checked against the service's output shapes and parsed by the client. Its manners are those that AWS documents:
one statement at a time, 1 MiB per answer (which ends the transaction, as users report), types that it cannot carry,
`SQLState` behind a message, an error first when the cluster has to wake up. Stricter than AWS: it carries no arrays.
It has never been compared with AWS.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.model import Shape
from psycopg.pq import ExecStatus, PGresult

from troupe.adapters._data_api_side import CALL_S
from troupe.runtime.aws import client

CLUSTER = "arn:aws:rds:eu-central-1:111122223333:cluster:tests"
LIMIT = 1024 * 1024
_OPERATIONS = {
    "/BeginTransaction": "BeginTransaction",
    "/CommitTransaction": "CommitTransaction",
    "/Execute": "ExecuteStatement",
    "/RollbackTransaction": "RollbackTransaction",
}
_LONG, _DOUBLE, _BOOLEAN = {20, 21, 23, 26}, {700, 701}, {16}
_STRING = {25, 1043, 1042, 19, 18, 1700, 1082, 1083, 1114, 1184, 114, 3802, 2950, 869, 650}
"""Types by their number in pg_type; anything else is an UnsupportedResultException."""


class Refused(Exception):
    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class StandIn:
    """urls: the secret's name → the URL under which its role connects."""

    def __init__(self, urls: dict[str, str]) -> None:
        self.urls = urls
        self.asleep_for = 0
        """So many calls say that the cluster is waking up."""
        self.calls: list[str] = []
        self.largest = 0
        """Bytes of the largest answer."""
        self._open: dict[str, psycopg.Connection[Any]] = {}

    def answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        operation = _OPERATIONS[str(request.url).split(".amazonaws.com")[1]]
        asked = json.loads(request.body or "{}")
        self.calls.append(asked.get("sql", operation))
        status, headers = 200, {"Content-Type": "application/json"}
        try:
            said = getattr(self, f"_{operation}")(**asked)
            _check(said, _model().operation_model(operation).output_shape)
        except Refused as refused:
            status, said = refused.status, {"message": refused.message}
            headers["x-amzn-errortype"] = refused.code
        body = json.dumps(said).encode()
        if len(body) > LIMIT:
            self._end(asked["transactionId"])
            status, headers["x-amzn-errortype"] = 400, "BadRequestException"
            body = b'{"message": "Database returned more than the allowed response size limit"}'
        self.largest = max(self.largest, len(body))
        return AWSResponse(str(request.url), status, headers, _Raw(body))

    def close(self) -> None:
        for transaction in list(self._open):
            self._end(transaction)

    @property
    def open_transactions(self) -> int:
        return len(self._open)

    def _BeginTransaction(self, resourceArn: str, secretArn: str, database: str) -> dict[str, Any]:
        if self.asleep_for:
            self.asleep_for -= 1
            raise Refused("DatabaseResumingException", "The Aurora DB instance is resuming after being auto-paused.")
        if resourceArn != CLUSTER:
            raise Refused("DatabaseNotFoundException", "The DB cluster doesn't have a DB instance.", 404)
        if secretArn not in self.urls:
            raise Refused("SecretsErrorException", "The secret cannot be read.")
        transaction = uuid.uuid4().hex
        self._open[transaction] = psycopg.connect(self.urls[secretArn], autocommit=True)
        self._open[transaction].execute("BEGIN")
        return {"transactionId": transaction}

    def _ExecuteStatement(
        self,
        resourceArn: str,
        secretArn: str,
        sql: str,
        transactionId: str,
        database: str,
        parameters: Sequence[Any] = (),
    ) -> dict[str, Any]:
        if transactionId not in self._open:
            raise Refused("TransactionNotFoundException", f"Transaction {transactionId} is not found", 404)
        # The protocol with one statement per message.
        for number, parameter in enumerate(parameters, 1):
            sql = re.sub(rf"(?<!:):{parameter['name']}\b", f"${number}", sql)
        values = [parameter["value"]["stringValue"].encode() for parameter in parameters]
        result = self._open[transactionId].pgconn.exec_params(sql.encode(), values or None)
        if result.status == ExecStatus.FATAL_ERROR:
            raise Refused("DatabaseErrorException", _sentence(result))
        types = [result.ftype(column) for column in range(result.nfields)]
        return {
            "numberOfRecordsUpdated": 0,
            "records": [
                [_field(result.get_value(row, column), type_) for column, type_ in enumerate(types)]
                for row in range(result.ntuples)
            ],
        }

    def _CommitTransaction(self, resourceArn: str, secretArn: str, transactionId: str) -> dict[str, Any]:
        self._open[transactionId].execute("COMMIT")
        self._end(transactionId)
        return {"transactionStatus": "Transaction Committed"}

    def _RollbackTransaction(self, resourceArn: str, secretArn: str, transactionId: str) -> dict[str, Any]:
        if transactionId not in self._open:
            raise Refused("TransactionNotFoundException", f"Transaction {transactionId} is not found", 404)
        self._end(transactionId)
        return {"transactionStatus": "Rollback Complete"}

    def _end(self, transaction: str) -> None:
        self._open.pop(transaction).close()


@contextmanager
def data_api(stand_in: StandIn) -> Iterator[StandIn]:
    """While this is open, the client of the credentials in the environment talks to the stand-in."""
    events = client("rds-data", read_timeout_s=CALL_S).meta.events
    events.register("before-send.rds-data", stand_in.answer)
    try:
        yield stand_in
    finally:
        events.unregister("before-send.rds-data", stand_in.answer)
        stand_in.close()


def _field(value: bytes | None, type_: int) -> dict[str, Any]:
    if value is None:
        return {"isNull": True}
    text = value.decode()
    if type_ in _LONG:
        return {"longValue": int(text)}
    if type_ in _DOUBLE:
        return {"doubleValue": float(text)}
    if type_ in _BOOLEAN:
        return {"booleanValue": text == "t"}
    if type_ in _STRING:
        return {"stringValue": text}
    raise Refused("UnsupportedResultException", f"The result contains the unsupported data type {type_}.")


def _sentence(result: PGresult) -> str:
    from psycopg.pq import DiagnosticField

    def said(field: DiagnosticField) -> str:
        return (result.error_field(field) or b"").decode()

    position = said(DiagnosticField.STATEMENT_POSITION)
    where = f"\n  Position: {position}" if position else ""
    return f"ERROR: {said(DiagnosticField.MESSAGE_PRIMARY)}{where}; SQLState: {said(DiagnosticField.SQLSTATE)}"


def _model() -> Any:
    return client("rds-data", read_timeout_s=CALL_S).meta.service_model


_PYTHON = {"string": str, "long": int, "integer": int, "double": float, "boolean": bool}


def _check(value: Any, shape: Shape) -> None:
    """The value has the service's own output shape, and nothing beside it."""
    if shape.type_name == "structure":
        assert set(value) <= set(shape.members), f"{shape.name} has no {set(value) - set(shape.members)}"
        for name, part in value.items():
            _check(part, shape.members[name])
    elif shape.type_name == "list":
        for part in value:
            _check(part, shape.member)
    else:
        assert type(value) is _PYTHON[shape.type_name], f"{shape.name}: {value!r}"


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()
