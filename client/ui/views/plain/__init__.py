"""Lists, pages and forms that come from the declaration of a record type alone."""
