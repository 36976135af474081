"""The whole try-out world in one process: practice logins, made-up people, two demo service providers.

What is here exists in the `namens demo` process alone; no setting turns it on elsewhere.
"""
