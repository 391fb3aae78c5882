"""Lists of any record type: what can be asked, shown and changed in many records at once."""
