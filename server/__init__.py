"""The Fieldbook server: the canonical store and the other half of sync."""
