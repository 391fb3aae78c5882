"""Record types that are shown as they are declared: a list, a page, a form, search, history.

To show another one, add its line to `PLAIN`. What differs from type to type is only its words, its
icon and its route; fields, labels and keyboards come from the declaration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

if TYPE_CHECKING:
    from sync_protocol.records import ObjectType


class Plain(NamedTuple):
    """`type_id` is an `ObjectType`'s where the records are of a company's own type."""

    kind: str
    route: str
    one: str
    many: str
    icon: ft.IconData
    about: str = ""
    type_id: str = ""

    @property
    def of(self) -> str:
        """What the record type is named in segments, filters and files (`client.record_types`)."""
        return self.type_id or self.kind

    def at(self, record_id: str, *rest: str) -> str:
        """The route of a record's page, or of what lies beneath it."""
        return "/".join((self.route, record_id, *rest))


PLAIN = (
    Plain("competitor", "/competitors", "competitor", "Competitors", ft.Icons.FLAG_OUTLINED,
          "Whom your customers could buy from instead."),
)  # fmt: skip
OBJECTS = "/objects"
ICONS: dict[str, ft.IconData] = {
    "box": ft.Icons.INVENTORY_2_OUTLINED,
    "machine": ft.Icons.KITCHEN_OUTLINED,
    "contract": ft.Icons.DESCRIPTION_OUTLINED,
    "project": ft.Icons.ACCOUNT_TREE_OUTLINED,
    "event": ft.Icons.EVENT_OUTLINED,
    "place": ft.Icons.PLACE_OUTLINED,
    "vehicle": ft.Icons.LOCAL_SHIPPING_OUTLINED,
    "renewal": ft.Icons.AUTORENEW,
}
"""What a company's own record type can be shown by."""


def of_type(own: ObjectType) -> Plain:
    """The list of a company's own record type."""
    icon = ICONS.get(own.icon, ICONS["box"])
    route = f"{OBJECTS}/{own.id}"
    return Plain(
        "customobject", route, own.name, own.plural or own.name, icon, own.about, type_id=own.id
    )
