"""The JSON Schemas (2020-12) of our authorization details: `asked.json` and `granted.json`.

They are published as they stand here, at URLs that discovery names. The code does not validate with them; the
tests do, both ways.
"""
