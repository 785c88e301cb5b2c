"""What a contract costs, how it is paid, and whether a clause names more than the whole is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.compliance import Assessment, Clause, ContractSigned, Finding

from .policy import Policy
from .sums import sums

_PAYMENT = re.compile(r"\b(?:pay|paid|payable|payment|payments|invoice|invoices)\b", re.IGNORECASE)
_DAYS = re.compile(r"\b(\d{1,4})\s+(?:calendar\s+|business\s+|working\s+)?days\b", re.IGNORECASE)
_ADVANCE = re.compile(r"\b(?:advance|prepayment|prepaid|deposit|upfront|up front)\b", re.IGNORECASE)
_PERCENT = re.compile(r"\b(\d{1,3})\s?(?:%|per\s?cent\b)", re.IGNORECASE)


def measure(contract: ContractSigned, policy: Policy) -> Assessment:
    """What the limits say about a contract."""
    found = [*_value(contract, policy)]
    for clause in contract.clauses:
        found += [*_payment(clause, policy), *_advance(clause, policy), *_excess(clause, contract)]
    return Assessment.of(found)


def _value(contract: ContractSigned, policy: Policy) -> Iterator[Finding]:
    quote = f"{contract.currency} {contract.amount:,}"
    rate = policy.rates.get(contract.currency)
    if rate is None:
        says = f"There is no rate for {contract.currency}, so its value is not known in {policy.base}."
        yield Finding(rule="unknown-currency", severity="concern", at="the value", says=says, quote=quote)
        return
    value = contract.amount * rate
    for rule, severity, limit in (
        ("breach-from", "breach", policy.breach_from),
        ("concern-from", "concern", policy.concern_from),
    ):
        if value >= limit:
            says = f"It is worth {value:,.0f} {policy.base}; the limit is {limit:,.0f}."
            yield Finding.model_validate(
                {"rule": rule, "severity": severity, "at": "the value", "says": says, "quote": quote}
            )
            return


def _payment(clause: Clause, policy: Policy) -> Iterator[Finding]:
    if not (_PAYMENT.search(clause.heading) or _PAYMENT.search(clause.text)):
        return
    for match in _DAYS.finditer(clause.text):
        if int(match[1]) > policy.payment_days:
            says = f"Payment may take {match[1]} days; {policy.payment_days} are allowed."
            yield _in(clause, match, "payment-days", says)


def _advance(clause: Clause, policy: Policy) -> Iterator[Finding]:
    if not (_ADVANCE.search(clause.heading) or _ADVANCE.search(clause.text)):
        return
    for match in _PERCENT.finditer(clause.text):
        if int(match[1]) > policy.advance_percent:
            says = f"{match[1]} % are paid in advance; {policy.advance_percent} % are allowed."
            yield _in(clause, match, "advance-percent", says)


def _excess(clause: Clause, contract: ContractSigned) -> Iterator[Finding]:
    """A penalty, a cap, an option: whatever it is, it is more than the contract is worth."""
    for match, currency, amount in sums(clause.text):
        if currency == contract.currency and amount > contract.amount:
            says = f"It names {currency} {amount:,}, more than the whole contract is worth."
            yield _in(clause, match, "sum-above-value", says)


def _in(clause: Clause, match: re.Match[str], rule: str, says: str) -> Finding:
    quote = clause.around(match.start(), match.end())
    return Finding(rule=rule, severity="concern", at=clause.name, says=says, quote=quote)
