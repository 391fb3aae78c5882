"""How Fieldbook works, in plain words; searched and read offline like everything else."""

from __future__ import annotations

import flet as ft

from client.ui import keyboard, theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.fields import SearchInput
from client.ui.components.page import reading, scroll, section
from client.ui.components.text import selectable
from client.ui.hooks import use_app, use_paused

KEYS = "Keyboard"
TEXT = """
# Working without a signal

Everything you may see is on this device, so everything works without a network: looking up,
logging, planning, labelling.

What you change is saved at once, here. The strip at the top says how many changes wait. They are
sent by themselves as soon as the server can be reached; you never have to think of it.

A dot beside a record means that an edit of it waits. A red mark means that the server refused one:
tap the strip to see why, then mend it or discard it. What you discard can be copied for 30 days.

If sync would remove more than half of what is on this device, it asks you first.

# Log a visit

A planned visit takes two taps: its card on Today, then how it went. Any other takes three: the
round +, the customer, how it went. That saves it; a note, photos, a signature or an order can
follow, now or later.

Check in when you arrive if you want the time at the customer on record. One visit runs at a time,
and its line at the top leads back to it, also after the app was closed.

# Was I there?

When you check in or log a visit, the device is asked where it is: once, then. The visit says
verified, outside or not verified, with how exact the position was. That is a flag and nothing more:
no position ever keeps you from saving. Position, under More, turns it off for this device.

# Kilometres

Where your company reckons ways, and you agree to it under More, Plan says about how far you drove
on a day. It is an estimate from the positions of your visits, made on this device; nothing is
recorded in between, and nobody else sees it.

# Plan your days

A cadence says how often customers are visited: all of them, those that fit a filter or a segment,
or one, on its own page. Overdue is red, due soon amber, never visited grey. After a visit the next
one is proposed from it. Cadences, under More, lists them; managers and the office set them.

Plan, at the top of Today, puts visits on days: tap a customer to put it on the chosen day, or drag
it there on a wide screen. Route puts a day in the order to drive; a stop can be locked in its
place. Times and distances of travel are estimates, as roads are not known without a network.

Near me, under More, lists customers by their distance, and who of them is overdue.

# Rounds and templates

A round, under More, is a list of customers driven on its weekdays, every week or every few. Its
visits are planned four weeks ahead by themselves and follow what you change in the round; one that
you have moved stays where you put it.

Without weekdays it is a template: open it and put its customers on a day when you need them, for
yourself or for somebody you lead. The same template can go to several people on one day.

# Plan for your team

Managers and the office choose whose days they plan: Plan asks so at its top, a customer's Plan a
visit and a template do, too. You are offered the reps whose territories you share, and for each of
them only the customers that they see. What you plan is on their device after its next sync; they
can move it like their own.

# Your phone's calendar

Calendar, under More, saves your visits as a file for your phone's calendar; with no signal, too. Or
it makes a link, with a connection, from which the calendar fetches them by itself. Whoever has the
link can see your planned visits and nothing else; you can renew it or stop it.

It takes appointments in as well, from a file that another calendar exported: you choose which
become visits. The same file again changes nothing.

# The map

Map, under More, shows customers whose addresses have a position, in the colour of their first
label; a number stands for several close together, and a tap on it comes closer. It draws customers
with no signal, too. Streets beneath them come over the network, and only where your company has
chosen a map; whoever makes that map then sees which places are looked at, never whose they are.

# Speak instead of typing

Tap a note, then the microphone on your phone's or tablet's own keyboard: it writes what you say,
and where you have fetched your language for it, also without a network. On computers use the
system's dictation (Windows: the Windows key and H; Mac: the key with the microphone).

Fieldbook has no microphone of its own: a web page's sends what you say to the maker of the browser,
and needs a network.

# Before you go in

A customer's page and a visit's tell what was promised, what stands open and what to mind. While you
are here asks for up to three facts that are missing or old; Ask later puts the customer off for a
month.

# Cases

Something is wrong at a customer's: Open a case, on the visit or on their page, and say it in a few
words. A tap on its page says that somebody is on it, or that it is resolved and how. What still
waits is told on the card before the next visit; Cases, under More, lists what has waited longest
first.

# Cards and codes

The menu of a customer's page shows a code that another phone's camera reads as a contact. New
contact reads one, too, where the device can, or a vCard file with the picture in it.

# Forms on a visit

Where your company asks for it, a visit of some purpose has a form: a check of the shelf, for
example. An answer is kept as you give it. Questions may come and go with what you answered before.
What is needed and still open is named, and you can finish the visit all the same.

Visit forms, under More, is where administrators build them.

# Photos and mobile data

Behind the strip at the top, photos and files can wait for Wi-Fi. All else is small and is sent at
once. Not every browser says which network it is on; where it does not, nothing waits.

# Labels and rules

A label is a coloured word on a customer, a lead, a deal or a visit. Put one on with a tap on its
page, and find all that wear it with the filter of any list.

A label rule puts a label on by itself, "Not visited for 90 days" for example, and takes it off when
that is no longer so. It works on this device, also with no signal. A tap on a label says whether a
person or a rule put it there. Before a rule is switched on, its page says how many records fit and
how many of them carry the label already; a run is listed there and can be undone.

# Suggested labels

The server learns from the labels that people have put on, and a customer's page then suggests one
where it seems to be missing. A tap says why, and puts it on or turns it down for good; nothing is
put on unasked. Suggested labels, under More, says how often they are right.

# Starter packs

Administrators find packs of labels, outcomes, purposes and rules for a trade under More, such as
drinks or healthcare. What was renamed or deleted since stays so, however often a pack is loaded.

# Import and export

Import, under More, reads tables (CSV), address cards (vCard) and open invoices from your books (a
table with Customer, Invoice and Due). You see what would come of each
line before anything is written, who is here already is told, and one Undo takes all of it back.

Export writes accounts, contacts and the records of your own types, labels included, one by one or
all together, to files that Import reads back.

# When two people edit the same thing

Different fields never disturb each other. If two people change the same field, the later one wins,
and the other value is kept in the record's history, where it can be brought back with one tap. The
bell at the top tells you when this happened to an edit of yours.

# Undo

After each action a bar offers Undo for some seconds. It takes back your last action, except where
somebody has gone on working since.

# Put it on the home screen

iPhone and iPad: open this page in Safari, tap Share, then Add to Home Screen.

Android: open this page in Chrome, tap the menu with three dots, then Install app.

Computer: in Chrome or Edge click the install sign at the end of the address line.

Installed, it opens without the browser around it, and the system keeps its data.

# One tab at a time

Only one tab or window can hold your data. A second one asks whether to go on there; the first then
lets go, and nothing is lost.

# Your data on this device

It is not encrypted by Fieldbook itself: use the device's screen lock. Signing out removes it; what
was not sent yet would be lost, and you are warned.
"""


@component
def HelpView() -> ft.Control:
    app = use_app()
    text, set_text = ft.use_state("")
    hear = use_paused(set_text)
    parts = [section(title, [_text(line) for line in lines]) for title, lines in about(text)]
    keys = [shortcuts()] if not text or text.casefold() in KEYS.casefold() else []
    nothing = states.empty(
        ft.Icons.SEARCH_OFF, "Nothing about that", "Try another word, or fewer letters of it."
    )
    found = [*parts, *keys] or [nothing]
    return reading(
        "How it works",
        scroll([SearchInput("Search the help", hear), *found]),
        on_back=lambda: app.go("/more"),
    )


def about(text: str) -> list[tuple[str, list[str]]]:
    """The topics in which each of these words stands; all of them for none."""
    words = text.casefold().split()
    return [
        (title, lines)
        for title, lines in topics(TEXT)
        if all(word in " ".join([title, *lines]).casefold() for word in words)
    ]


def topics(text: str) -> list[tuple[str, list[str]]]:
    """(title, paragraphs) of each `# title` and what stands beneath it."""
    found: list[tuple[str, list[str]]] = []
    for part in text.strip().split("\n\n"):
        line = " ".join(part.split())
        if line.startswith("# "):
            found.append((line.removeprefix("# "), []))
        else:
            found[-1][1].append(line)
    return found


def shortcuts() -> ft.Control:
    """The keys of the office."""
    rows = [
        ft.Row(
            controls=[
                ft.Text(keys, style=theme.BODY, weight=ft.FontWeight.W_600, width=160),
                ft.Text(does, style=theme.BODY, expand=True),
            ]
        )
        for keys, does in keyboard.SHORTCUTS
    ]
    return section(KEYS, rows)


def _text(line: str) -> ft.Control:
    return selectable(line, style=theme.BODY)
