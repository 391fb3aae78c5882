"""What a company has defined, as far as files go by it: its own record types and its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from client.interchange import declared
from sync_protocol.records import CustomField, ObjectType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica

CUSTOMERS = ("account", "contact")


class Definitions(NamedTuple):
    """`custom` are the fields of declared and own types, those in use last."""

    types: Sequence[ObjectType] = ()
    custom: Sequence[CustomField] = ()

    def type_of(self, of: str) -> ObjectType | None:
        return next((own for own in self.types if own.id == of), None)

    def fields_of(self, *of: str) -> list[CustomField]:
        return [field for field in self.custom if field.of in of]

    def fields_beside(self, of: str) -> list[CustomField]:
        """The fields that a file of records of this type may fill in, in their order."""
        named = CUSTOMERS if of in CUSTOMERS else (of,)
        return [field for field in self.fields_of(*named) if not field.archived]


def definitions_of(replica: Replica) -> Definitions:
    """Archived ones are told, too: what was exported under them is read back."""
    types = replica.find(ObjectType, order_by="name")
    known = {*CUSTOMERS, *declared.TYPES, *(own.id for own in types)}
    fields = [field for field in replica.find(CustomField) if field.of in known]
    fields.sort(key=lambda field: (not field.archived, field.place, field.id))
    return Definitions(types, fields)
