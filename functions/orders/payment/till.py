"""What the payment provider's answer means for an order."""

from __future__ import annotations

from contracts.orders import OrderPlaced, PaymentCleared, PaymentDeclined
from troupe.adapters.payments import Payments, PaymentsError


def charge(order: OrderPlaced, payments: Payments, key: str) -> PaymentCleared | PaymentDeclined:
    """A no of the provider to this payment is a decision; a provider that cannot be reached raises PaymentsError.

    The provider must remember its no under the key like its yes, as they do: an attempt that was declined and is made
    again must not be charged after PaymentDeclined was said.
    """
    try:
        receipt = payments.charge(order.price, order.currency, card=order.card.token, key=key)
    except PaymentsError as error:
        if error.kind != "refused":
            raise
        return PaymentDeclined(reason=error.message)
    return PaymentCleared(receipt=receipt, amount=order.price, currency=order.currency)
