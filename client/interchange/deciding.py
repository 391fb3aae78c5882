"""What a file that was picked is, and how it would be imported: for the screen and the commands.

A table's rows are accounts, contacts, records of a company's own type, or of any declared type.
What they are is guessed, and can be told; what a new record needs that no table of other programs
says (the pipeline of a deal) is the company's first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.interchange import declared, declared_mapping, planning
from client.interchange.definitions import definitions_of
from client.interchange.lenient import Habits
from client.interchange.mapping import own_of
from sync_protocol.records import Pipeline, kinds

if TYPE_CHECKING:
    from client.interchange.planning import DeclaredPlan, Plan
    from client.interchange.sources import Source
    from client.interchange.targets import Mapping
    from client.replica import Replica


def plan(
    replica: Replica, source: Source, mapping: Mapping | None = None, of: str = ""
) -> Plan | DeclaredPlan:
    """How a file's rows would be imported; meanings and record type are guessed if not given."""
    definitions, settings = definitions_of(replica), replica.settings
    if not of and own_of(source, definitions.types) is None:
        of = declared_mapping.type_of(source)
    if of not in declared.TYPES:
        return planning.plan(source, mapping, of, settings.region, definitions)
    fields = definitions.fields_of(of)
    if mapping is None:
        names = [field.name for field in fields]
        mapping = declared_mapping.guess(kinds()[of], source, names)
    habits = Habits(settings.region, settings.currency)
    return planning.DeclaredPlan(
        source, of, fields, mapping=mapping, habits=habits, given=given(replica, of)
    )


def given(replica: Replica, of: str) -> dict[str, Any]:
    """What is meant by a row that does not say it, of fields that no record is without."""
    if of == "case":
        return {"opened_at": replica.now()}
    lines = [] if of != "deal" else replica.find(Pipeline, archived=False)
    if not lines:
        return {}
    first = min(lines, key=lambda line: (line.place, line.id))
    stages = sorted(first.stages, key=lambda stage: (first.stages[stage].place, stage))
    return {"pipeline_id": first.id} | ({"stage_id": stages[0]} if stages else {})
