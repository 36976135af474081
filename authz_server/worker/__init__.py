"""Work that no request waits for: what is over is deleted, a little at a time, by one process of all that run.

`sweeping` walks a table, `duties` says whose turn it is, `expiry` is the one duty there is, and `working` does it
until told to stop: beside the requests of `namens serve`, or alone as `namens worker`.
"""
