"""What the server decides: acceptance, reading, access, sign-in, set-up.

Synchronous throughout; the clock and randomness are given by the composition root.
"""
