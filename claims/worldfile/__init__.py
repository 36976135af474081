"""The world file: a whole register as JSON, read with every fault by its place, and written (`mandates` 6)."""

from claims.worldfile.faults import Fault, FaultCode
from claims.worldfile.known import Known, NothingKnown
from claims.worldfile.parsing import LISTS, Batch, parse, read_records
from claims.worldfile.text import FileChanged, read_json
from claims.worldfile.writing import document_of, record_as_json
from claims.worldfile.writing_members import address_as_json, coverage_as_json, evidence_as_json

__all__ = [
    "LISTS",
    "Batch",
    "Fault",
    "FaultCode",
    "FileChanged",
    "Known",
    "NothingKnown",
    "address_as_json",
    "coverage_as_json",
    "document_of",
    "evidence_as_json",
    "parse",
    "read_json",
    "read_records",
    "record_as_json",
]
