"""A declared field as a form takes it: what it is, what was typed into it, and back.

A form keeps what was typed as text in its draft, valid or not; `read` makes the field's value of it
when the form is saved, or says in a sentence what is wrong. What has a form comes from the
declaration alone, so a new record type or field has one at once.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from client import customising, money
from client.customising import Reading
from client.errors import Invalid
from sync_protocol.records import CustomField, Money, bare_type, kinds
from sync_protocol.records.base import Text
from sync_protocol.rules import custom
from sync_protocol.rules.scopes import PARENT_KINDS
from sync_protocol.rules.validity import heading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync_protocol.records import Field, Kind
    from sync_protocol.records.custom import CustomType

Form = Literal["text", "long_text", "number", "money", "day", "yes_no", "choice", "reference"]

HIDDEN = frozenset(
    {"deleted", "clash", "merged_into", "archived", "place", "owner_id", "type_id", "imported"}
)
"""Not asked for: the record's own state, who made it, and what others see to."""
_AMOUNTS = (r"^\d{1,", r"^-?\d{1,")
WHOLE = "Write a whole number."


def asked(kind: Kind) -> list[Field]:
    """The fields that a form of this type asks for, in the order of their declaration."""
    return [field for field in kind.fields.values() if form_of(field) is not None]


def form_of(field: Field) -> Form | None:
    """How a field is filled in; None if a plain form has no way."""
    if field.name in HIDDEN or field.entry is not None:
        return None
    if field.name.endswith("_id"):
        return "reference" if referred(field) else None
    if bare_type(field.type) is str:
        return "long_text" if field.type == Text else "number" if _is_amount(field) else "text"
    if get_origin(bare_type(field.type)) is Literal:
        return "choice"
    forms: dict[Any, Form] = {bool: "yes_no", float: "number", Money: "money", date: "day"}
    if bare_type(field.type) is int:
        return None if field.name.endswith("at") else "number"
    return forms.get(bare_type(field.type))


def referred(field: Field) -> str:
    """The record type that a field refers to; empty if it does not say."""
    name = field.name.removesuffix("_id")
    return PARENT_KINDS.get(field.name, name if name in kinds() else "")


def choices(field: Field) -> list[tuple[str, str]]:
    """What a field can be, with the words for it."""
    return [(value, heading(value)) for value in get_args(bare_type(field.type))]


def typed(field: Field, value: Any, locale: str = "en") -> str:
    """A value as one would type it."""
    if isinstance(value, Money):
        return f"{money.typed(value.amount, locale)} {value.currency}"
    if isinstance(value, date):
        return value.isoformat()
    text = "" if value is None else str(value)
    return money.typed(text, locale) if form_of(field) == "number" and _is_plain(text) else text


def words(field: Field, value: Any, locale: str = "en") -> str:
    """A value as a person reads it, of a field that refers to nothing."""
    if isinstance(value, Money):
        return money.shown(value.amount, value.currency, locale)
    if isinstance(value, date):
        return customising.day(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if form_of(field) == "choice":
        return dict(choices(field)).get(value, str(value))
    text = "" if value is None else str(value)
    return money.shown(text, "", locale) if form_of(field) == "number" and _is_plain(text) else text


def read(field: Field, value: Any, *, currency: str = "EUR", locale: str = "en") -> Any:
    """The value of what was typed. Raises `ValueError` with a sentence."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    form = form_of(field)
    if form not in ("number", "money", "day"):
        return text
    if not text:
        return None if field.optional else field.default
    as_custom = _CUSTOM[form]
    found: Reading = customising.read(as_custom, text, currency=currency, locale=locale)
    if found.problem:
        raise ValueError(found.problem)
    return _of_text(field, form, str(found.value))


def changes(
    kind: Kind, before: Any, now: Any, *, currency: str = "EUR", locale: str = "en"
) -> Mapping[str, Any]:
    """The fields that differ, read. Raises `Invalid`."""
    done: dict[str, Any] = {}
    for field in asked(kind):
        held, typed_in = getattr(before, field.name), getattr(now, field.name)
        if typed_in == held:
            continue
        try:
            value = read(field, typed_in, currency=currency, locale=locale)
        except ValueError as error:
            raise Invalid(field.name, str(error)) from error
        if value != held:
            done[field.name] = value
    return done


def _of_text(field: Field, form: Form, text: str) -> Any:
    if form == "day":
        return date.fromisoformat(text)
    if form == "money":
        return Money(*text.split(" "))
    if bare_type(field.type) is str:
        return text
    if bare_type(field.type) is int:
        if "." in text:
            raise ValueError(WHOLE)
        return int(text)
    return float(text)


def _is_plain(text: str) -> bool:
    return custom.fits(_CUSTOM["number"], text)


def _is_amount(field: Field) -> bool:
    """Whether it is a number kept as text, however it is bounded."""
    patterns = (getattr(part, "pattern", None) or "" for part in get_args(field.type)[1:])
    return any(pattern.startswith(_AMOUNTS) and r"\." in pattern for pattern in patterns)


def _as_custom(type_: CustomType) -> CustomField:
    """Numbers, amounts and days are read as those of custom fields are."""
    return CustomField(name=type_, of=type_, type=type_)


_CUSTOM: dict[str, CustomField] = {
    "number": _as_custom("number"), "money": _as_custom("money"), "day": _as_custom("date"),
}  # fmt: skip
