"""What is typed or chosen for a field of many records, as the value it will have."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from client.errors import Invalid
from client.ui.views.lists.asking import day_of
from sync_protocol.rules.conditions import number

if TYPE_CHECKING:
    from client.ui.views.lists.facets import Facet
    from sync_protocol.records import Kind
    from sync_protocol.rules.conditions import Moment


def value_of(kind: Kind, facet: Facet, text: str, now: Moment) -> Any:
    """The value; an empty text empties the field. Raises `Invalid` with a sentence."""
    field = kind.fields.get(facet.path)
    plain = text.strip()
    if not plain:
        return None if field is None or field.optional else field.default
    found = _parsed(facet, plain, now)
    if field is None:
        return found if isinstance(found, bool) else str(found)
    try:
        return msgspec.convert(found, field.type, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(facet.path, f"{facet.title} cannot be that: {error}.") from error


def _parsed(facet: Facet, text: str, now: Moment) -> Any:
    if facet.form == "yes_no":
        return text == "true"
    if facet.form == "number":
        plain = text.replace(" ", "").replace(",", ".")
        if number(plain) is None:
            raise Invalid(facet.path, "Give a number.")
        return plain
    if facet.form in ("date", "moment"):
        day = day_of(text)
        if day is None:
            raise Invalid(facet.path, "Give a day, like 31.3.2026.")
        return day if facet.form == "date" else int(now.start_of(date.fromisoformat(day)))
    return text
