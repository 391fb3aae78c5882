"""Files on records: added, listed, looked at, opened, with and without a signal."""
