"""Every synced record type, declared once: data facts only.

From a declaration come the tables of both stores, validation on both sides, the wire form, the
columns of import and export, a default form, and the search index. Wording, order and widgets are
the UI's. To add a type: declare it in one of these modules, decorate it, import it here.
"""

from sync_protocol.records.accounts import CHANNELS, Account, Contact
from sync_protocol.records.activities import Activity, OutcomeGiven, Presence, Task, repeated_id
from sync_protocol.records.attachments import Attachment, blob_fields
from sync_protocol.records.base import Record, entries
from sync_protocol.records.cases import Case, CaseState
from sync_protocol.records.custom import CustomField, CustomObject, ObjectType, Option
from sync_protocol.records.deals import (
    Closing,
    Competitor,
    Deal,
    Invoice,
    Pipeline,
    Price,
    PriceList,
    Product,
    Quote,
    Reason,
    SalesOrder,
    Stage,
    price_id,
    renewal_id,
)
from sync_protocol.records.describe import Field, Kind, bare_type, kind_of, kinds
from sync_protocol.records.fieldwork import Cadence, Purpose, Question, VisitForm, VisitPlan
from sync_protocol.records.filters import Condition, Filter, Segment
from sync_protocol.records.labels import (
    SUGGESTED,
    UNDONE,
    Label,
    Labelling,
    LabelModel,
    LabelRule,
    Weight,
    labelling_id,
    labelmodel_id,
)
from sync_protocol.records.leads import QUESTIONS, Answer, Conversion, Lead
from sync_protocol.records.notices import Notice, notice_id
from sync_protocol.records.parts import (
    Address,
    Email,
    Imported,
    Line,
    Money,
    Need,
    Phone,
    Position,
    Social,
)
from sync_protocol.records.people import ROLES, Role, Team, Territory, User
from sync_protocol.records.talk import Comment, Follow, follow_id
from sync_protocol.records.workspace import SETTINGS_ID, Outcome, Settings

__all__ = [
    "CHANNELS",
    "QUESTIONS",
    "ROLES",
    "SETTINGS_ID",
    "SUGGESTED",
    "UNDONE",
    "Account",
    "Activity",
    "Address",
    "Answer",
    "Attachment",
    "Cadence",
    "Case",
    "CaseState",
    "Closing",
    "Comment",
    "Competitor",
    "Condition",
    "Contact",
    "Conversion",
    "CustomField",
    "CustomObject",
    "Deal",
    "Email",
    "Field",
    "Filter",
    "Follow",
    "Imported",
    "Invoice",
    "Kind",
    "Label",
    "LabelModel",
    "LabelRule",
    "Labelling",
    "Lead",
    "Line",
    "Money",
    "Need",
    "Notice",
    "ObjectType",
    "Option",
    "Outcome",
    "OutcomeGiven",
    "Phone",
    "Pipeline",
    "Position",
    "Presence",
    "Price",
    "PriceList",
    "Product",
    "Purpose",
    "Question",
    "Quote",
    "Reason",
    "Record",
    "Role",
    "SalesOrder",
    "Segment",
    "Settings",
    "Social",
    "Stage",
    "Task",
    "Team",
    "Territory",
    "User",
    "VisitForm",
    "VisitPlan",
    "Weight",
    "bare_type",
    "blob_fields",
    "entries",
    "follow_id",
    "kind_of",
    "kinds",
    "labelling_id",
    "labelmodel_id",
    "notice_id",
    "price_id",
    "renewal_id",
    "repeated_id",
]
