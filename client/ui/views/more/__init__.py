"""More: everything that is not a daily place, how the app looks, and signing out."""
