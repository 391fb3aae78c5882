"""The Fieldbook client: a local replica, its sync, and the Flet app on top of it."""

APP = "fieldbook 0.1.0"
"""The app and its version, as a server sees it."""
