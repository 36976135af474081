"""How much work a login costs us, measured beside a peer in the same run: `make bench` (docs/performance.md)."""
