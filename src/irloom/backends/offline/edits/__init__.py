"""The embedded proposer of edits and writer of queries."""
