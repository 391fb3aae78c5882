"""Every address in the app. To add a screen: write its view, add its line here."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen
from client.ui.shell import Shell
from client.ui.views.cadences.routes import CADENCE_ROUTES
from client.ui.views.cases.routes import CASE_ROUTES
from client.ui.views.custom.routes import CUSTOM_ROUTES
from client.ui.views.deals.routes import DEAL_ROUTES
from client.ui.views.forms.routes import FORM_ROUTES
from client.ui.views.label_rules.routes import LABEL_RULE_ROUTES
from client.ui.views.leads.routes import LEAD_ROUTES
from client.ui.views.paper.routes import PAPER_ROUTES
from client.ui.views.pipelines.routes import PIPELINE_ROUTES
from client.ui.views.plain.routes import PLAIN_ROUTES
from client.ui.views.planner.routes import PLANNER_ROUTES
from client.ui.views.records.routes import RECORD_ROUTES
from client.ui.views.suggestions.routes import SUGGESTION_ROUTES
from client.ui.views.sync.routes import SYNC_ROUTES
from client.ui.views.tasks.routes import TASK_ROUTES
from client.ui.views.today import TodayView
from client.ui.views.twins.routes import TWIN_ROUTES
from client.ui.views.visits.routes import VISIT_ROUTES

FIELD_ROUTES = [
    ft.Route(path="new", component=Screen("new:NewView")),
    ft.Route(path="new/task", component=Screen("task:NewTaskView")),
    ft.Route(path="new/:place/:id", component=Screen("about:NewAboutView")),
    ft.Route(path="new/:place/:id/:kind", component=Screen("about:NewAboutView")),
    ft.Route(path="plan/:id", component=Screen("plan:PlanView")),
    ft.Route(path="more", component=Screen("more.page:MoreView")),
    ft.Route(path="unfinished", component=Screen("unfinished:UnfinishedView")),
    ft.Route(path="labels", component=Screen("vocabulary:LabelsView")),
    ft.Route(path="labels/new", component=Screen("vocabulary:LabelView")),
    ft.Route(path="labels/:id", component=Screen("vocabulary:LabelView")),
    ft.Route(path="outcomes", component=Screen("vocabulary:OutcomesView")),
    ft.Route(path="outcomes/new", component=Screen("vocabulary:OutcomeView")),
    ft.Route(path="outcomes/:id", component=Screen("vocabulary:OutcomeView")),
    ft.Route(path="winrates", component=Screen("win_rates:WinRatesView")),
    ft.Route(path="endings", component=Screen("endings:EndingsView")),
    ft.Route(path="results", component=Screen("results:ResultsView")),
    ft.Route(path="results/:period/:kind/:outcome/:who", component=Screen("results:BehindView")),
    ft.Route(path="reasons", component=Screen("vocabulary:ReasonsView")),
    ft.Route(path="reasons/new", component=Screen("vocabulary:ReasonView")),
    ft.Route(path="reasons/:id", component=Screen("vocabulary:ReasonView")),
    ft.Route(path="admin/users", component=Screen("admin.users:UsersView")),
    ft.Route(path="admin/users/new", component=Screen("admin.users:UserView")),
    ft.Route(path="admin/users/:id", component=Screen("admin.users:UserView")),
    ft.Route(path="admin/teams", component=Screen("admin.teams:TeamsView")),
    ft.Route(path="admin/teams/new", component=Screen("admin.teams:TeamView")),
    ft.Route(path="admin/teams/:id", component=Screen("admin.teams:TeamView")),
    ft.Route(path="admin/territories", component=Screen("admin.territories:TerritoriesView")),
    ft.Route(path="admin/territories/new", component=Screen("admin.territories:TerritoryView")),
    ft.Route(path="admin/territories/:id", component=Screen("admin.territories:TerritoryView")),
    ft.Route(path="admin/devices", component=Screen("admin.devices:DevicesView")),
    ft.Route(path="admin/packs", component=Screen("admin.packs:PacksView")),
    ft.Route(path="admin/settings", component=Screen("admin.settings:SettingsView")),
    ft.Route(path="did", component=Screen("did:DidView")),
    ft.Route(path="search", component=Screen("search:SearchView")),
    ft.Route(path="attention", component=Screen("attention:AttentionView")),
    ft.Route(path="import", component=Screen("interchange.import_view:ImportView")),
    ft.Route(path="export", component=Screen("interchange.export_view:ExportView")),
    ft.Route(path="first-steps", component=Screen("first_steps:FirstStepsView")),
    ft.Route(path="help", component=Screen("help:HelpView")),
    ft.Route(path="whats-new", component=Screen("whats_new:WhatsNewView")),
    ft.Route(path="password", component=Screen("password:PasswordView")),
    ft.Route(path="activities/:id", component=Screen("activity:ActivityView")),
    ft.Route(path="activities/:id/logged", component=Screen("activity:LoggedView")),
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
            *CASE_ROUTES,
            *TWIN_ROUTES,
            *CADENCE_ROUTES,
            *PLANNER_ROUTES,
            *VISIT_ROUTES,
            *FORM_ROUTES,
            *LEAD_ROUTES,
            *LABEL_RULE_ROUTES,
            *SUGGESTION_ROUTES,
            ft.Route(path=":nowhere*", component=Screen("not_found:NotFoundView")),
        ],
    )
]
