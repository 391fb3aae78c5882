"""Cases: the list, the page of one, the form that opens one, and where they show elsewhere."""
