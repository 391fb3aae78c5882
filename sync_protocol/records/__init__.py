"""Every synced record type, declared once: data facts only.

From a declaration come the tables of both stores, validation on both sides, the wire form, the
columns of import and export, a default form, and the search index. Wording, order and widgets are
the UI's. To add a type: declare it in one of these modules, decorate it, import it here.
"""

from sync_protocol.records.accounts import Account, Contact
from sync_protocol.records.activities import Activity, OutcomeGiven, Task
from sync_protocol.records.attachments import Attachment, blob_fields
from sync_protocol.records.base import Record, entries
from sync_protocol.records.describe import Field, Kind, kind_of, kinds
from sync_protocol.records.labels import Label, Labelling, labelling_id
from sync_protocol.records.notices import Notice, notice_id
from sync_protocol.records.parts import Address, Email, Imported, Phone, Position
from sync_protocol.records.people import ROLES, Role, Team, Territory, User
from sync_protocol.records.workspace import SETTINGS_ID, Outcome, Settings

__all__ = [
    "ROLES",
    "SETTINGS_ID",
    "Account",
    "Activity",
    "Address",
    "Attachment",
    "Contact",
    "Email",
    "Field",
    "Imported",
    "Kind",
    "Label",
    "Labelling",
    "Notice",
    "Outcome",
    "OutcomeGiven",
    "Phone",
    "Position",
    "Record",
    "Role",
    "Settings",
    "Task",
    "Team",
    "Territory",
    "User",
    "blob_fields",
    "entries",
    "kind_of",
    "kinds",
    "labelling_id",
    "notice_id",
]
