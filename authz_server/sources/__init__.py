"""Source registers asked, and the register kept in step with what they say.

`http` speaks to one of them, `configured` knows which there are, `refreshing` asks about one party and lands what is
told, and `rounds` does so for whoever is due, in the worker. What an answer means, and what changes by it, is in
`claims.sources` and `claims.register.syncing`.
"""
