"""IP addresses as AWS's matcher compares them: as strings of hexadecimal digits, 8 for IPv4 and 32 for IPv6."""

import ipaddress
import re
from dataclasses import dataclass

_IPV4 = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+")
_IPV6 = re.compile(r"[0-9a-fA-F:]*:[0-9a-fA-F:]*")
_LONGEST_IPV4 = len("255.255.255.255")
_LEADING_ZEROS = re.compile(r"\b0+(?=[0-9a-fA-F])")
_MASK = re.compile(r"[+-]?\d+")
_HEXADECIMAL = re.compile(r"[0-9A-F]*")


def digits(text: str) -> str | None:
    """The hexadecimal digits of an IP address, or None if the text is not one.

    `010.0.0.1` is 10.0.0.1 (never octal), and an IPv4 address wrapped in IPv6 (`::ffff:a00:1`) is the IPv4 address.
    """
    is_ipv4 = _IPV4.fullmatch(text) is not None
    if not is_ipv4 and _IPV6.fullmatch(text) is None:
        return None
    if is_ipv4 and len(text) > _LONGEST_IPV4:
        return None
    try:
        address = ipaddress.ip_address(_LEADING_ZEROS.sub("", text))
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.packed.hex().upper()


@dataclass(frozen=True, slots=True)
class AddressRange:
    """All addresses whose digits lie between two strings of digits, both included."""

    low: str
    high: str

    def holds(self, found: str) -> bool:
        """Whether the digits are in the range, decided digit by digit as AWS's matcher does.

        It stops at the first digit that settles the matter, so an address of the other family can be in the range too.
        """
        shared = min(len(found), len(self.low))
        if shared == len(self.low):
            return self.low <= found[:shared] <= self.high
        return self.low[:shared] < found < self.high[:shared]

    def holds_number(self, text: str) -> bool:
        """Whether a number, written as in JSON and read as if it were hexadecimal digits, is in the range."""
        leading = _HEXADECIMAL.match(text)
        return leading is not None and self.holds(leading.group())


def single(text: str) -> AddressRange | None:
    """The range of just this address, or None if the text is not an address."""
    found = digits(text)
    return None if found is None else AddressRange(found, found)


def block(cidr: str) -> AddressRange:
    """The addresses of a CIDR block such as `10.0.0.0/24`; bits beyond the mask are ignored.

    Raises ValueError with the reason if it is not one. A mask that leaves a single address (/32, /128) is refused.
    """
    parts = cidr.split("/")
    while parts and not parts[-1]:
        parts.pop()
    if len(parts) != 2:
        raise ValueError("it needs an address, one slash and the number of mask bits")
    found = digits(parts[0])
    if found is None:
        raise ValueError(f"{parts[0]!r} is not an IP address")
    bits = len(found) * 4
    if _MASK.fullmatch(parts[1]) is None or not 0 <= int(parts[1]) < bits:
        raise ValueError(f"the mask must be a whole number from 0 to {bits - 1}")
    variable = bits - int(parts[1])
    low = int(found, 16) >> variable << variable
    high = low | ((1 << variable) - 1)
    return AddressRange(f"{low:0{len(found)}X}", f"{high:0{len(found)}X}")
