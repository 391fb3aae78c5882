"""What a company adds of its own: its fields in forms and on pages, its record types."""
