"""Files in and out: the screens over `client.interchange`."""
