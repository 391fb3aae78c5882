"""Phone numbers: kept as typed, compared and dialled as E.164."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from client.countries import region_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from phonenumbers import PhoneNumber

    from sync_protocol.records import Address


def digits(text: str) -> str:
    """Only the digits of a number as typed."""
    return re.sub(r"\D", "", text)


@lru_cache(maxsize=1024)
def e164(text: str, region: str) -> str | None:
    """The number in E.164 form, read as one of `region` (ISO 3166) unless it says otherwise.

    None if it is no number that could exist there. The library is large and imported when first
    needed.
    """
    import phonenumbers  # noqa: PLC0415 - 2.5 MB that the first screen does not need

    try:
        number = _parsed(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parsed(text: str, region: str) -> PhoneNumber:
    """The number that is meant; `49 1512 3456789` in Germany is one without its plus.

    The library reads that as a national number. Nobody writes those without their leading zero
    there, so where the digits are not as people would write the one that was read, and are a valid
    number with a plus before them, that is what they are.
    """
    import phonenumbers  # noqa: PLC0415 - see above

    number = phonenumbers.parse(text, region)
    typed, code = digits(text), str(number.country_code)
    if "+" in text or not typed.startswith(code) or typed == f"{code}{number.national_number}":
        return number
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    if digits(written) == typed:
        return number
    meant = phonenumbers.parse(f"+{text}", region)
    return meant if phonenumbers.is_valid_number(meant) else number


def shown(text: str, region: str) -> str:
    """The number as people of its country write it; as typed where it is no valid number.

    One of `region` is written as it is dialled there, any other with its country's code.
    """
    import phonenumbers  # noqa: PLC0415 - see above

    try:
        number = _parsed(text, region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_valid_number(number) or number.extension:
        return text
    there = phonenumbers.region_code_for_number(number) == region
    formats = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, formats.NATIONAL if there else formats.INTERNATIONAL)


def region_for(addresses: Iterable[Address], default: str) -> str:
    """Where a number beside these addresses is dialled from: their country, if they name one."""
    found = (region_of(address.country) for address in addresses if address.country)
    return next(filter(None, found), default)


def normaliser(region: str) -> Callable[[str, str], str | None]:
    """Gives the E.164 form of a number beside an address in some country, else in `region`."""
    return lambda number, country: e164(number, region_of(country) or region)
