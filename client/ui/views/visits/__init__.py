"""The visit on the phone: checked in, what happened, finished."""
