"""The embedded rule engine that filters, writes and judges."""
