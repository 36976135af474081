"""Work that no request waits for, done a little at a time by one process of all that run.

What is over is deleted (`expiry`, by `sweeping` a table), what has been over for long is erased (`keeping`), the account
is kept (`account`), source registers are asked (`authz_server.sources.rounds`), what rested on a power that has ended is
suspended (`powers`), and people are told (`authz_server.notices`). `duties` says whose turn it is, and `working` does it
all until told to stop: beside the requests of
`namens serve`, or alone as `namens worker`.
"""
