"""The mandate register: the records of `claims`, remembered.

Every function here looks the same: what is read or written through comes first, then what it is about, then
who does it (`by`) and when (`now`). None of them commits and none of them looks at the clock.
"""
