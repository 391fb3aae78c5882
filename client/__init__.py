"""The Fieldbook client: a local replica, its sync, and the Flet app on top of it."""
