"""One module a screen, named as its route."""
