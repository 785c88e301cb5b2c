"""Both needs in agents with the roles of their templates, and who is at the other side on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from troupe.local.backends import ACCOUNT, REGION
from troupe.local.cloud import LocalCloud
from troupe.local.policies import Access
from troupe.local.simulation.generate import write
from troupe.local.synth import synth

FILES = {
    "contracts/kiosk.py": '''
"""A kiosk."""

from troupe import Event


class IceWanted(Event, root=True):
    """Somebody wants ice."""

    price: str


class IceSold(Event):
    """Paid."""

    receipt: str


class Thanked(Event, terminal=True):
    """Said by e-mail."""
''',
    "functions/kiosk/till/agent.py": '''
"""Takes the money."""

from decimal import Decimal

from contracts.kiosk import IceSold, IceWanted
from troupe import Agent, Context
from troupe.adapters.payments import Payments

agent = Agent()


@agent.on
def sell(event: IceWanted, payments: Payments, context: Context) -> IceSold:
    return IceSold(receipt=payments.charge(Decimal(event.price), "EUR", key=context.key))
''',
    "functions/kiosk/clerk/agent.py": '''
"""Says thank you."""

from contracts.kiosk import IceSold, Thanked
from troupe import Agent, Context
from troupe.adapters.mail import Mail

agent = Agent()


@agent.on
def thank(event: IceSold, mail: Mail, context: Context) -> Thanked:
    mail.send("ann@example.com", "Thank you", event.receipt, key=context.key)
    return Thanked()
''',
}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    root = write(tmp_path_factory.mktemp("kiosk"), FILES)
    synth(root)
    with LocalCloud.boot(root) as cloud:
        yield cloud


def test_a_charge_on_this_machine_goes_into_its_ledger(cloud: LocalCloud) -> None:
    cloud.reset(1)
    from contracts.kiosk import IceWanted  # type: ignore[import-not-found]

    cloud.publish(IceWanted(price=str(Decimal("2.40"))))
    cloud.run_until_idle()
    ((key, entry),) = cloud.ledger.entries.items()
    assert entry == {"path": "/charges", "amount": "2.40", "currency": "EUR"}
    assert key.startswith("charge:kiosk.till#")
    decisions = cloud.client("dynamodb").scan(TableName=cloud.names.decisions)["Items"]
    assert key.removeprefix("charge:") in [item["pk"]["S"] for item in decisions]
    cloud.reset(1)
    assert not cloud.ledger.entries


def test_mail_stays_on_this_machine(cloud: LocalCloud) -> None:
    from contracts.kiosk import IceSold

    cloud.reset(2)
    cloud.publish(IceSold(receipt="r-1"))
    cloud.run_until_idle()
    (letter,) = cloud.outbox.letters
    assert (letter.to, letter.subject, letter.text) == ("ann@example.com", "Thank you", "r-1")
    assert letter.key.startswith("kiosk.clerk#")
    cloud.reset(3)
    assert not cloud.outbox.letters


@pytest.mark.parametrize(
    ("agent", "action", "resource", "allowed"),
    [
        ("till", "ssm:GetParameter", "ssm:{here}:parameter/dance/dev/payments", True),
        ("till", "secretsmanager:GetSecretValue", "secretsmanager:{here}:secret:dance-dev-payments-AbC123", True),
        ("till", "secretsmanager:GetSecretValue", "secretsmanager:{here}:secret:dance-dev-warehouse-AbC123", False),
        ("till", "secretsmanager:GetSecretValue", "secretsmanager:{here}:secret:dance-dev-payments-of-others", False),
        ("till", "ses:SendEmail", "ses:{here}:identity/shop@example.com", False),
        ("clerk", "ses:SendEmail", "ses:{here}:identity/shop@example.com", True),
        ("clerk", "ses:SendEmail", "ses:eu-west-9:999999999999:identity/shop@example.com", False),
        ("clerk", "ssm:GetParameter", "ssm:{here}:parameter/dance/dev/payments", False),
    ],
)
def test_the_roles_hold_what_the_needs_say(
    cloud: LocalCloud, agent: str, action: str, resource: str, allowed: bool
) -> None:
    arn = "arn:aws:" + resource.format(here=f"{REGION}:{ACCOUNT}")
    name = cloud.names.agent(f"kiosk.{agent}")
    (function,) = (f for f in cloud.world.functions.values() if f.name == name)
    assert cloud.endpoint.authorizer.role_may(function.role, Access(action, arn, {})).allowed == allowed
