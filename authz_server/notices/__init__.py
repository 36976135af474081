"""Telling people that something changed, by mail or by post: what the register put in its outbox.

`words` is what they read, `mail` and `post` are the ways to them, `sending` empties the outbox, `ahead` finds mandates
that will end. The worker does the latter two.
"""
