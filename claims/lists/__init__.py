"""Lists of permissions as people keep them, in a file of lines with separators: read, and named fault by fault.

`reading` makes lines of bytes, `columns` knows what stands where, `wishes` makes of each line what it asks for. Nothing
here knows a party or a database.
"""
