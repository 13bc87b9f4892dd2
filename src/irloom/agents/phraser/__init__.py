"""Turns an edit into the query of somebody who looks for the result."""
