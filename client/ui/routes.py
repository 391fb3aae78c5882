"""Every address in the app. To add a screen: write its view, add its line here."""

from __future__ import annotations

import flet as ft

from client.ui.shell import Shell
from client.ui.views.about import NewAboutView
from client.ui.views.activity import ActivityView, LoggedView
from client.ui.views.admin.devices import DevicesView
from client.ui.views.admin.packs import PacksView
from client.ui.views.admin.settings import SettingsView
from client.ui.views.admin.teams import TeamsView, TeamView
from client.ui.views.admin.territories import TerritoriesView, TerritoryView
from client.ui.views.admin.users import UsersView, UserView
from client.ui.views.attention import AttentionView
from client.ui.views.cadences.routes import CADENCE_ROUTES
from client.ui.views.custom.routes import CUSTOM_ROUTES
from client.ui.views.deals.routes import DEAL_ROUTES
from client.ui.views.did import DidView
from client.ui.views.endings import EndingsView
from client.ui.views.first_steps import FirstStepsView
from client.ui.views.forms.routes import FORM_ROUTES
from client.ui.views.help import HelpView
from client.ui.views.interchange.export_view import ExportView
from client.ui.views.interchange.import_view import ImportView
from client.ui.views.label_rules.routes import LABEL_RULE_ROUTES
from client.ui.views.leads.routes import LEAD_ROUTES
from client.ui.views.more.page import MoreView
from client.ui.views.new import NewView
from client.ui.views.not_found import NotFoundView
from client.ui.views.paper.routes import PAPER_ROUTES
from client.ui.views.password import PasswordView
from client.ui.views.pipelines.routes import PIPELINE_ROUTES
from client.ui.views.plain.routes import PLAIN_ROUTES
from client.ui.views.plan import PlanView
from client.ui.views.planner.routes import PLANNER_ROUTES
from client.ui.views.records.routes import RECORD_ROUTES
from client.ui.views.results import BehindView, ResultsView
from client.ui.views.search import SearchView
from client.ui.views.suggestions.routes import SUGGESTION_ROUTES
from client.ui.views.sync.routes import SYNC_ROUTES
from client.ui.views.task import NewTaskView
from client.ui.views.tasks.routes import TASK_ROUTES
from client.ui.views.today import TodayView
from client.ui.views.twins.routes import TWIN_ROUTES
from client.ui.views.unfinished import UnfinishedView
from client.ui.views.visits.routes import VISIT_ROUTES
from client.ui.views.vocabulary import (
    LabelsView,
    LabelView,
    OutcomesView,
    OutcomeView,
    ReasonsView,
    ReasonView,
)
from client.ui.views.whats_new import WhatsNewView
from client.ui.views.win_rates import WinRatesView

FIELD_ROUTES = [
    ft.Route(path="new", component=NewView),
    ft.Route(path="new/task", component=NewTaskView),
    ft.Route(path="new/:place/:id", component=NewAboutView),
    ft.Route(path="new/:place/:id/:kind", component=NewAboutView),
    ft.Route(path="plan/:id", component=PlanView),
    ft.Route(path="more", component=MoreView),
    ft.Route(path="unfinished", component=UnfinishedView),
    ft.Route(path="labels", component=LabelsView),
    ft.Route(path="labels/new", component=LabelView),
    ft.Route(path="labels/:id", component=LabelView),
    ft.Route(path="outcomes", component=OutcomesView),
    ft.Route(path="outcomes/new", component=OutcomeView),
    ft.Route(path="outcomes/:id", component=OutcomeView),
    ft.Route(path="winrates", component=WinRatesView),
    ft.Route(path="endings", component=EndingsView),
    ft.Route(path="results", component=ResultsView),
    ft.Route(path="results/:period/:kind/:outcome/:who", component=BehindView),
    ft.Route(path="reasons", component=ReasonsView),
    ft.Route(path="reasons/new", component=ReasonView),
    ft.Route(path="reasons/:id", component=ReasonView),
    ft.Route(path="admin/users", component=UsersView),
    ft.Route(path="admin/users/new", component=UserView),
    ft.Route(path="admin/users/:id", component=UserView),
    ft.Route(path="admin/teams", component=TeamsView),
    ft.Route(path="admin/teams/new", component=TeamView),
    ft.Route(path="admin/teams/:id", component=TeamView),
    ft.Route(path="admin/territories", component=TerritoriesView),
    ft.Route(path="admin/territories/new", component=TerritoryView),
    ft.Route(path="admin/territories/:id", component=TerritoryView),
    ft.Route(path="admin/devices", component=DevicesView),
    ft.Route(path="admin/packs", component=PacksView),
    ft.Route(path="admin/settings", component=SettingsView),
    ft.Route(path="did", component=DidView),
    ft.Route(path="search", component=SearchView),
    ft.Route(path="attention", component=AttentionView),
    ft.Route(path="import", component=ImportView),
    ft.Route(path="export", component=ExportView),
    ft.Route(path="first-steps", component=FirstStepsView),
    ft.Route(path="help", component=HelpView),
    ft.Route(path="whats-new", component=WhatsNewView),
    ft.Route(path="password", component=PasswordView),
    ft.Route(path="activities/:id", component=ActivityView),
    ft.Route(path="activities/:id/logged", component=LoggedView),
]

ROUTES = [
    ft.Route(
        component=Shell,
        children=[
            ft.Route(index=True, component=TodayView),
            *RECORD_ROUTES,
            *FIELD_ROUTES,
            *PAPER_ROUTES,
            *CUSTOM_ROUTES,
            *PIPELINE_ROUTES,
            *DEAL_ROUTES,
            *PLAIN_ROUTES,
            *SYNC_ROUTES,
            *TASK_ROUTES,
            *TWIN_ROUTES,
            *CADENCE_ROUTES,
            *PLANNER_ROUTES,
            *VISIT_ROUTES,
            *FORM_ROUTES,
            *LEAD_ROUTES,
            *LABEL_RULE_ROUTES,
            *SUGGESTION_ROUTES,
            ft.Route(path=":nowhere*", component=NotFoundView),
        ],
    )
]
