"""Deterministic rules that both ends run alike: the client to offer, the server to decide."""
