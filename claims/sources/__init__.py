"""Registers that others keep, as sources of ours: who represents whom by law, and whose capacity is restricted.

`told` is what one of them says of one party, `reading` makes that of an answer in JSON or refuses it whole,
`comparing` finds what must change here so that we say the same, and `freshness` says how long an answer counts. All of
it is pure; `claims.register.syncing` lands what changes, and whoever speaks to a register implements `told.Source`.
"""
